package io.plimsoll.testbed.controlplane;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// The few DER encodings that an X.509 certificate is made of (ITU-T X.690).
///
/// Each value is a tag byte, a length and the content; constructed values hold encoded values one after the other.
final class Der {
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private Der() {}

    static byte[] sequence(byte[]... parts) {
        return value(0x30, concatenated(parts));
    }

    static byte[] sequence(List<byte[]> parts) {
        return sequence(parts.toArray(byte[][]::new));
    }

    static byte[] set(byte[]... parts) {
        return value(0x31, concatenated(parts));
    }

    static byte[] integer(BigInteger number) {
        return value(0x02, number.toByteArray());
    }

    static byte[] bool(boolean truth) {
        return value(0x01, new byte[] {(byte) (truth ? 0xff : 0)});
    }

    static byte[] utf8(String text) {
        return value(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    /// An instant before 2050, the form that RFC 5280 asks for.
    static byte[] time(Instant instant) {
        return value(0x17, UTC_TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] octets(byte[] content) {
        return value(0x04, content);
    }

    /// A bit string whose last `unused` bits do not count.
    static byte[] bits(byte[] content, int unused) {
        return value(0x03, concatenated(new byte[] {(byte) unused}, content));
    }

    /// A value with a context-specific tag number, as a certificate's optional fields have.
    static byte[] tagged(int tagNumber, byte[] content) {
        return value(0xa0 | tagNumber, content);
    }

    /// A context-specific value that holds plain bytes, as the names of a subject alternative name do.
    static byte[] taggedPlain(int tagNumber, byte[] content) {
        return value(0x80 | tagNumber, content);
    }

    /// An object identifier: the first two numbers share a byte, each further one is split into groups of 7 bits.
    static byte[] oid(String dotted) {
        String[] numbers = dotted.split("\\.");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Integer.parseInt(numbers[0]) * 40 + Integer.parseInt(numbers[1]));
        for (int i = 2; i < numbers.length; i++) {
            writeBase128(out, Integer.parseInt(numbers[i]));
        }
        return value(0x06, out.toByteArray());
    }

    private static void writeBase128(ByteArrayOutputStream out, int number) {
        for (int shift = 28; shift > 0; shift -= 7) {
            if (number >>> shift != 0) {
                out.write(((number >>> shift) & 0x7f) | 0x80);
            }
        }
        out.write(number & 0x7f);
    }

    private static byte[] value(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        writeLength(out, content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >>> 8);
            out.write(length);
        }
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
