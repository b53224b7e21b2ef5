package io.plimsoll.extender.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Skipping a value, whose strings are full of what must not be mistaken for an end.
class JsonCursorProperties {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Provide
    Arbitrary<String> values() {
        var text = Arbitraries.strings()
                .withChars("\"\\{}[]:, aé😀yY_")
                .ofMaxLength(30)
                .map(JsonCursorProperties::quoted);
        var scalar = Arbitraries.oneOf(text, Arbitraries.of("null", "true", "0", "-1.5e3"));
        return Arbitraries.lazy(() -> Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, scalar),
                net.jqwik.api.Tuple.of(
                        1, values().list().ofMaxSize(4).map(items -> "[" + String.join(",", items) + "]")),
                net.jqwik.api.Tuple.of(
                        1,
                        values().list()
                                .ofMaxSize(4)
                                .map(items -> "{\"k\\\\\":" + String.join(",\"\\\"}\":", items) + "}")
                                .map(object -> object.equals("{\"k\\\\\":}") ? "{}" : object))));
    }

    @Property(tries = 300, seed = "11")
    void skipValue_anyValue_endsWhereItEnds(@ForAll("values") String value) throws Exception {
        assertThat(JSON.readTree(value)).isNotNull();
        var bytes = (value + ",\"next\"").getBytes(StandardCharsets.UTF_8);
        var cursor = new JsonCursor();
        cursor.reset(bytes, bytes.length);

        cursor.skipValue();

        assertThat(cursor.at()).isEqualTo(value.getBytes(StandardCharsets.UTF_8).length);
    }

    @Property(tries = 300, seed = "12")
    void skipValue_cutOffAnywhere_isTruncated(@ForAll("values") String value, @ForAll int cut) {
        var bytes = ("[" + value + "]").getBytes(StandardCharsets.UTF_8);
        var cursor = new JsonCursor();
        cursor.reset(bytes, Math.floorMod(cut, bytes.length));

        assertThatThrownBy(cursor::skipValue)
                .isInstanceOfSatisfying(
                        MalformedRequest.class, e -> assertThat(e.kind()).isEqualTo(MalformedRequest.Kind.TRUNCATED));
    }

    private static String quoted(String text) {
        try {
            return JSON.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
