package io.plimsoll.extender.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.extender.wire.MalformedRequest.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Answers `ProcessPreemption` with the victims that came in: which pods to preempt stays the scheduler's choice.
///
/// The reply names victims by uid (`NodeNameToMetaVictims`), also where the request had whole pods.
public final class Preemption {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Preemption() {}

    public static void echo(byte[] body, int length, ReplyBuffer out) {
        var reply = JsonNodeFactory.instance.objectNode();
        reply.set("NodeNameToMetaVictims", metaVictims(parsed(body, length)));
        out.clear();
        out.put(written(reply));
    }

    private static JsonNode parsed(byte[] body, int length) {
        try {
            var args = JSON.readTree(body, 0, length);
            if (args == null || !args.isObject()) {
                throw new MalformedRequest(Kind.WRONG_TYPE, "the request must be an object");
            }
            return args;
        } catch (JsonProcessingException e) {
            throw new MalformedRequest(Kind.SYNTAX, e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode metaVictims(JsonNode args) {
        var meta = get(args, "NodeNameToMetaVictims");
        if (meta.isObject()) {
            return (ObjectNode) meta;
        }
        var byNode = JsonNodeFactory.instance.objectNode();
        for (var victims : get(args, "NodeNameToVictims").properties()) {
            byNode.set(victims.getKey(), metaVictimsOf(victims.getValue()));
        }
        return byNode;
    }

    private static ObjectNode metaVictimsOf(JsonNode victims) {
        var meta = JsonNodeFactory.instance.objectNode();
        var pods = meta.putArray("Pods");
        for (var pod : get(victims, "Pods")) {
            pods.addObject().put("UID", pod.path("metadata").path("uid").asText(""));
        }
        meta.put("NumPDBViolations", get(victims, "NumPDBViolations").asLong(0));
        return meta;
    }

    /// The value of a key in any case, or a missing node.
    private static JsonNode get(JsonNode object, String key) {
        for (var field : object.properties()) {
            if (field.getKey().equalsIgnoreCase(key)) {
                return field.getValue();
            }
        }
        return JsonNodeFactory.instance.missingNode();
    }

    private static byte[] written(JsonNode reply) {
        try {
            return JSON.writeValueAsBytes(reply);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
