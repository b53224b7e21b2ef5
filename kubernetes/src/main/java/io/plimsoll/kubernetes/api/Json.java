package io.plimsoll.kubernetes.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Reads JSON straight from a stream. Unknown fields are skipped; a value of another type than expected reads as absent
/// (empty, zero, false), so that one odd object never ends a list.
public final class Json {

    /// Knows the types of Plimsoll's own custom resources too.
    public static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                    .build())
            .addModule(new JavaTimeModule())
            .build();

    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Json() {}

    /// What is done with one field: the parser stands on its value and must be left on the value's last token.
    @FunctionalInterface
    public interface Field {
        void read(String name, JsonParser parser) throws IOException;
    }

    /// What is done with one item: as for [Field].
    @FunctionalInterface
    public interface Item {
        void read(JsonParser parser) throws IOException;
    }

    public static JsonParser parser(InputStream stream) throws IOException {
        return MAPPER.getFactory().createParser(stream);
    }

    /// Reads the fields of the object that the parser stands on.
    public static void object(JsonParser parser, Field field) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var name = parser.currentName();
            parser.nextToken();
            field.read(name, parser);
        }
    }

    /// Reads the items of the array that the parser stands on.
    public static void array(JsonParser parser, Item item) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            item.read(parser);
        }
    }

    public static String text(JsonParser parser) throws IOException {
        var token = parser.currentToken();
        if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
            return parser.getText();
        }
        parser.skipChildren();
        return "";
    }

    public static double number(JsonParser parser) throws IOException {
        if (parser.currentToken().isNumeric()) {
            return parser.getDoubleValue();
        }
        parser.skipChildren();
        return Double.NaN;
    }

    /// A whole number within 0 and `Integer.MAX_VALUE`.
    public static int count(JsonParser parser) throws IOException {
        double value = number(parser);
        return Double.isNaN(value) ? 0 : (int) Math.clamp(value, 0, Integer.MAX_VALUE);
    }

    public static boolean flag(JsonParser parser) throws IOException {
        parser.skipChildren();
        return parser.currentToken() == JsonToken.VALUE_TRUE;
    }

    /// An RFC 3339 time as epoch milliseconds; 0 where there is none.
    public static long millis(JsonParser parser) throws IOException {
        return millis(text(parser));
    }

    /// An RFC 3339 time as epoch milliseconds; 0 where there is none.
    public static long millis(String text) {
        try {
            return text.isEmpty() ? 0 : Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            return 0;
        }
    }

    /// A time as Kubernetes' `MicroTime` is written.
    public static String micros(Instant time) {
        return MICROS.format(time);
    }
}
