package io.plimsoll.kubernetes.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.plimsoll.kubernetes.resource.OptimizationPolicySpec;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/// Turns the JSON of a policy into records, and what Jackson says of mistakes into what a user can use.
final class PolicyJson {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PolicyJson() {}

    /// What cannot be read.
    static final class Mistake extends Exception {

        private static final long serialVersionUID = 1;

        private final transient FieldError error;

        Mistake(FieldError error, Throwable cause) {
            super(error.toString(), cause);
            this.error = error;
        }

        FieldError error() {
            return error;
        }
    }

    static ObjectMeta metadata(JsonNode object) throws Mistake {
        return read("metadata", object, ObjectMeta.class);
    }

    static OptimizationPolicySpec spec(JsonNode object) throws Mistake {
        return read("spec", object, OptimizationPolicySpec.class);
    }

    private static <T> T read(String field, JsonNode object, Class<T> type) throws Mistake {
        try {
            var value = object.has(field) ? object.get(field) : JSON.createObjectNode();
            return JSON.treeToValue(value, type);
        } catch (JsonMappingException e) {
            throw new Mistake(new FieldError(path(field, e), message(e)), e);
        } catch (JsonProcessingException e) {
            throw new Mistake(new FieldError(field, e.getOriginalMessage()), e);
        }
    }

    private static String path(String field, JsonMappingException e) {
        return field + e.getPath().stream().map(PolicyJson::step).collect(Collectors.joining());
    }

    private static String step(Reference reference) {
        return reference.getFieldName() == null ? "[" + reference.getIndex() + "]" : "." + reference.getFieldName();
    }

    private static String message(JsonMappingException e) {
        return switch (e) {
            case UnrecognizedPropertyException unknown ->
                "there is no such field; there are "
                        + unknown.getKnownPropertyIds().stream()
                                .map(Objects::toString)
                                .sorted()
                                .collect(Collectors.joining(", "));
            case InvalidFormatException wrong
            when wrong.getTargetType().isEnum() ->
                "write one of " + constants(wrong.getTargetType()) + " in place of " + wrong.getValue();
            case MismatchedInputException wrong
            when wrong.getTargetType() != null -> "this is not a " + described(wrong.getTargetType());
            default -> e.getOriginalMessage();
        };
    }

    private static String described(Class<?> type) {
        if (Number.class.isAssignableFrom(type)) {
            return "whole number";
        }
        if (type == Boolean.class) {
            return "true or false";
        }
        return type == String.class ? "text" : Iterable.class.isAssignableFrom(type) ? "list" : "group of fields";
    }

    private static String constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> JSON.convertValue(constant, String.class))
                .collect(Collectors.joining(", "));
    }
}
