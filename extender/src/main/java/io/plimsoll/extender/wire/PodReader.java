package io.plimsoll.extender.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.plimsoll.extender.wire.MalformedRequest.Kind;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads what a decision needs of a pod's JSON and skips the rest, whatever a newer Kubernetes puts there.
///
/// Absent and null are the same. A pod without a namespace is in `default`, as for the API server.
public final class PodReader {

    private static final JsonFactory JSON = new JsonFactory();

    private String namespace = "default";
    private String name = "";
    private String uid = "";
    private boolean terminating;
    private int priority;
    private Map<String, String> labels = Map.of();
    private String ownerKind = "";
    private String ownerName = "";
    private Optional<String> nodeName = Optional.empty();
    private List<ContainerSpec> containers = List.of();
    private List<InitContainer> initContainers = List.of();

    private record InitContainer(ContainerSpec spec, boolean isSidecar) {}

    private PodReader() {}

    /// Throws [MalformedRequest] when the bytes are no pod.
    public static PodSpec read(byte[] json, int from, int length) {
        try (var parser = JSON.createParser(json, from, length)) {
            parser.nextToken();
            return new PodReader().pod(parser);
        } catch (JsonProcessingException e) {
            throw new MalformedRequest(Kind.SYNTAX, "Pod is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PodSpec pod(JsonParser parser) throws IOException {
        fields(parser, "Pod", field -> {
            switch (field) {
                case "metadata" -> metadata(parser);
                case "spec" -> spec(parser);
                default -> parser.skipChildren();
            }
        });
        return build();
    }

    private void metadata(JsonParser parser) throws IOException {
        fields(parser, "Pod.metadata", field -> {
            switch (field) {
                case "name" -> name = text(parser, "Pod.metadata.name");
                case "namespace" -> namespace = text(parser, "Pod.metadata.namespace");
                case "uid" -> uid = text(parser, "Pod.metadata.uid");
                case "labels" -> labels = texts(parser, "Pod.metadata.labels");
                case "deletionTimestamp" -> terminating = true;
                case "ownerReferences" -> items(parser, "Pod.metadata.ownerReferences", () -> ownerReference(parser));
                default -> parser.skipChildren();
            }
        });
    }

    private void ownerReference(JsonParser parser) throws IOException {
        var reference = new Object() {
            String kind = "";
            String name = "";
            boolean controller;
        };
        fields(parser, "an owner reference", field -> {
            switch (field) {
                case "kind" -> reference.kind = text(parser, "ownerReferences.kind");
                case "name" -> reference.name = text(parser, "ownerReferences.name");
                case "controller" -> reference.controller = parser.currentToken() == JsonToken.VALUE_TRUE;
                default -> parser.skipChildren();
            }
        });
        if (reference.controller) {
            ownerKind = reference.kind;
            ownerName = reference.name;
        }
    }

    private void spec(JsonParser parser) throws IOException {
        fields(parser, "Pod.spec", field -> {
            switch (field) {
                case "nodeName" -> nodeName = Optional.of(text(parser, "Pod.spec.nodeName"));
                case "priority" -> priority = integer(parser, "Pod.spec.priority");
                case "containers" -> {
                    containers = new ArrayList<>();
                    items(
                            parser,
                            "Pod.spec.containers",
                            () -> containers.add(container(parser).spec()));
                }
                case "initContainers" -> {
                    initContainers = new ArrayList<>();
                    items(parser, "Pod.spec.initContainers", () -> initContainers.add(container(parser)));
                }
                default -> parser.skipChildren();
            }
        });
    }

    private static InitContainer container(JsonParser parser) throws IOException {
        var container = new Object() {
            String name = "";
            Resources requests = Resources.NONE;
            Resources limits = Resources.NONE;
            boolean isSidecar;
        };
        fields(parser, "a container", field -> {
            switch (field) {
                case "name" -> container.name = text(parser, "container.name");
                case "restartPolicy" -> container.isSidecar = "Always".equals(text(parser, "container.restartPolicy"));
                case "resources" ->
                    fields(parser, "container.resources", kind -> {
                        switch (kind) {
                            case "requests" -> container.requests = resources(parser);
                            case "limits" -> container.limits = resources(parser);
                            default -> parser.skipChildren();
                        }
                    });
                default -> parser.skipChildren();
            }
        });
        return new InitContainer(
                new ContainerSpec(container.name, container.requests, container.limits), container.isSidecar);
    }

    private static Resources resources(JsonParser parser) throws IOException {
        var amounts = new long[2];
        fields(parser, "container.resources", field -> {
            switch (field) {
                case "cpu" -> amounts[0] = Quantity.millis(scalar(parser, "cpu"));
                case "memory" -> amounts[1] = Quantity.units(scalar(parser, "memory"));
                default -> parser.skipChildren();
            }
        });
        return new Resources(amounts[0], amounts[1]);
    }

    /// Sidecars (restartable init containers) run beside the containers, and beside the init containers that come after
    /// them; so an init container needs its own request and those of the sidecars before it.
    private PodSpec build() {
        var running = new ArrayList<>(containers);
        var sidecars = Resources.NONE;
        var initRequests = Resources.NONE;
        for (var init : initContainers) {
            if (init.isSidecar()) {
                running.add(init.spec());
                sidecars = sidecars.plus(init.spec().requests());
            } else {
                initRequests = initRequests.max(init.spec().requests().plus(sidecars));
            }
        }
        var owner =
                ownerName.isEmpty() ? Optional.<Owner>empty() : Optional.of(new Owner(namespace, ownerKind, ownerName));
        return new PodSpec(
                new PodKey(namespace, name),
                uid,
                owner,
                nodeName,
                PodPhase.PENDING,
                false,
                priority,
                0,
                terminating,
                running,
                initRequests,
                OptOut.in(labels));
    }

    // Reading values: the parser stands on the first token of the value, and afterwards on its last one.

    private interface FieldReader {
        void read(String field) throws IOException;
    }

    private interface ItemReader {
        void read() throws IOException;
    }

    /// Calls `reader` for each field whose value is not null.
    private static void fields(JsonParser parser, String where, FieldReader reader) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        require(parser, JsonToken.START_OBJECT, where);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var field = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
                reader.read(field);
            }
        }
    }

    private static void items(JsonParser parser, String where, ItemReader reader) throws IOException {
        require(parser, JsonToken.START_ARRAY, where);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            reader.read();
        }
    }

    private static Map<String, String> texts(JsonParser parser, String where) throws IOException {
        var texts = new HashMap<String, String>();
        fields(parser, where, field -> texts.put(field, text(parser, where)));
        return texts;
    }

    private static String text(JsonParser parser, String where) throws IOException {
        require(parser, JsonToken.VALUE_STRING, where);
        return parser.getText();
    }

    private static int integer(JsonParser parser, String where) throws IOException {
        require(parser, JsonToken.VALUE_NUMBER_INT, where);
        return parser.getIntValue();
    }

    private static String scalar(JsonParser parser, String where) throws IOException {
        if (!parser.currentToken().isScalarValue()) {
            throw wrongType(parser, "a quantity", where);
        }
        return parser.getText();
    }

    private static void require(JsonParser parser, JsonToken wanted, String where) {
        if (parser.currentToken() != wanted) {
            throw wrongType(parser, wanted.toString(), where);
        }
    }

    private static MalformedRequest wrongType(JsonParser parser, String wanted, String where) {
        return new MalformedRequest(Kind.WRONG_TYPE, where + " must be " + wanted + " but is " + parser.currentToken());
    }
}
