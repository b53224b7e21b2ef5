package io.plimsoll.extender.inspection;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/// The views as JSON: the components of records, and not what they can be asked besides, such as `isZero`.
final class InspectionJson {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
            .registerModule(new SimpleModule()
                    .addSerializer(new PresentOrNull())
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addDeserializer(Instant.class, new FromText()));

    private InspectionJson() {}

    static String write(Object view) {
        try {
            return JSON.writeValueAsString(view);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A view as another Plimsoll wrote it, which may be of another version.
    ///
    /// @throws IllegalArgumentException when it is none
    static <T> T read(String text, Class<T> view) {
        try {
            return JSON.readValue(text, view);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is no " + view.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }

    /// Writes what an [Optional] holds, or null.
    private static final class PresentOrNull extends StdSerializer<Optional<?>> {

        private static final long serialVersionUID = 1L;

        PresentOrNull() {
            super(Optional.class, false);
        }

        @Override
        public void serialize(Optional<?> value, JsonGenerator out, SerializerProvider serializers) throws IOException {
            if (value.isPresent()) {
                serializers.defaultSerializeValue(value.get(), out);
            } else {
                out.writeNull();
            }
        }
    }

    private static final class FromText extends FromStringDeserializer<Instant> {

        private static final long serialVersionUID = 1L;

        FromText() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(String text, DeserializationContext context) {
            return Instant.parse(text);
        }
    }
}
