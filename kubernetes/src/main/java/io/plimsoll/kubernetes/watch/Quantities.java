package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.model.cluster.Resources;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Pattern;

/// Reads Kubernetes quantities (`100m`, `1.5`, `64Mi`, `2e3`, `123456789n`) to whole numbers, rounded up as
/// Kubernetes does, without garbage for all that occurs in practice.
///
///     value = mantissa · 10^(exponent of the suffix − digits after the point) · 2^(10·k for Ki, Mi, …)
///
/// | text | milli | value |
/// |---|---|---|
/// | `100m` | 100 | 1 |
/// | `1.5` | 1500 | 2 |
/// | `64Mi` | 67108864000 | 67108864 |
/// | `-1`, `abc`, empty | 0 | 0 |
///
/// What is too large for a `long` becomes `Long.MAX_VALUE`. What is negative or no quantity becomes 0: the API
/// server does not let either pass, and one odd object must not end a list.
public final class Quantities {

    private static final Pattern QUANTITY =
            Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\\d+)?");
    private static final List<Suffix> SUFFIXES =
            List.of(new Suffix("Gi", 30), new Suffix("Mi", 20), new Suffix("Ki", 10));
    private static final long[] TENS = new long[19];

    static {
        TENS[0] = 1;
        for (int i = 1; i < TENS.length; i++) {
            TENS[i] = TENS[i - 1] * 10;
        }
    }

    /// @param power of two
    private record Suffix(String text, int power) {}

    private Quantities() {}

    /// Whole units, e.g. bytes.
    public static long value(String text) {
        return scaled(text, 0);
    }

    /// Thousandths, e.g. of a core.
    public static long milli(String text) {
        return scaled(text, 3);
    }

    /// Billionths, e.g. of a core: what usage is measured in.
    public static long nano(String text) {
        return scaled(text, 9);
    }

    /// Bytes as people write them, to the byte: `100Mi`, `1536Ki`, `1000`.
    public static String ofBytes(long bytes) {
        for (var suffix : SUFFIXES) {
            long unit = 1L << suffix.power();
            if (bytes >= unit && bytes % unit == 0) {
                return bytes / unit + suffix.text();
            }
        }
        return Long.toString(bytes);
    }

    /// Whether the text is a quantity at all: the others read as 0.
    public static boolean isQuantity(String text) {
        return QUANTITY.matcher(text).matches();
    }

    private static long scaled(String text, int scale) {
        long mantissa = 0;
        int fraction = 0;
        boolean point = false;
        boolean digits = false;
        int i = text.startsWith("+") ? 1 : 0;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && !point) {
                point = true;
            } else if (c >= '0' && c <= '9') {
                digits = true;
                if (mantissa >= TENS[17]) {
                    return slow(text, scale);
                }
                mantissa = mantissa * 10 + (c - '0');
                fraction += point ? 1 : 0;
            } else {
                break;
            }
        }
        if (!digits) {
            return 0;
        }
        return suffixed(mantissa, fraction, text, i, scale);
    }

    private static long suffixed(long mantissa, int fraction, String text, int from, int scale) {
        int length = text.length() - from;
        if (length == 2 && text.charAt(from + 1) == 'i') {
            int power = binaryPower(text.charAt(from));
            return power < 0 ? 0 : shifted(mantissa, scale - fraction, power);
        }
        if (length == 0) {
            return shifted(mantissa, scale - fraction, 0);
        }
        if (length == 1) {
            int power = decimalPower(text.charAt(from));
            return power == NO_POWER ? 0 : shifted(mantissa, power + scale - fraction, 0);
        }
        return text.charAt(from) == 'e' || text.charAt(from) == 'E' ? slow(text, scale) : 0;
    }

    private static final int NO_POWER = Integer.MIN_VALUE;

    private static int decimalPower(char suffix) {
        return switch (suffix) {
            case 'n' -> -9;
            case 'u' -> -6;
            case 'm' -> -3;
            case 'k' -> 3;
            case 'M' -> 6;
            case 'G' -> 9;
            case 'T' -> 12;
            case 'P' -> 15;
            case 'E' -> 18;
            default -> NO_POWER;
        };
    }

    private static int binaryPower(char suffix) {
        return switch (suffix) {
            case 'K' -> 10;
            case 'M' -> 20;
            case 'G' -> 30;
            case 'T' -> 40;
            case 'P' -> 50;
            case 'E' -> 60;
            default -> -1;
        };
    }

    /// ⌈mantissa · 10^tens · 2^twos⌉
    private static long shifted(long mantissa, int tens, int twos) {
        if (mantissa == 0) {
            return 0;
        }
        boolean fits = twos == 0 || Long.numberOfLeadingZeros(mantissa) > twos;
        if (fits && tens <= 0 && -tens < TENS.length) {
            return Math.ceilDiv(mantissa << twos, TENS[-tens]);
        }
        if (fits && tens > 0 && tens < TENS.length && mantissa << twos <= Long.MAX_VALUE / TENS[tens]) {
            return (mantissa << twos) * TENS[tens];
        }
        return whole(new BigDecimal(mantissa).scaleByPowerOfTen(tens).multiply(BigDecimal.TWO.pow(twos)));
    }

    /// Very long mantissas, and exponents.
    private static long slow(String text, int scale) {
        int end = text.length();
        int twos = 0;
        int tens = 0;
        char last = text.charAt(end - 1);
        if (last == 'i' && end > 2) {
            twos = binaryPower(text.charAt(end - 2));
            end -= 2;
        } else if (decimalPower(last) != NO_POWER) {
            tens = decimalPower(last);
            end -= 1;
        }
        try {
            var number = new BigDecimal(text.substring(0, end));
            boolean absurd = Math.abs((long) number.precision() - number.scale()) > 1000;
            if (twos < 0 || absurd) {
                return number.signum() > 0 && number.scale() < 0 ? Long.MAX_VALUE : number.signum() > 0 ? 1 : 0;
            }
            return whole(number.scaleByPowerOfTen(tens + scale).multiply(BigDecimal.TWO.pow(twos)));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static long whole(BigDecimal number) {
        if (number.signum() <= 0) {
            return 0;
        }
        var rounded = number.setScale(0, RoundingMode.CEILING);
        return rounded.precision() > 19 || rounded.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? Long.MAX_VALUE
                : rounded.longValueExact();
    }

    /// CPU and memory of an object such as `requests`; what is absent there is zero.
    public static Resources resources(JsonNode amounts) {
        return new Resources(
                milli(amounts.path("cpu").asText()),
                value(amounts.path("memory").asText()));
    }
}
