package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.Owner;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The metadata of one object while it is read; belongs to the thread that reads.
final class Metadata {

    String name = "";
    String namespace = "";
    String uid = "";
    String resourceVersion = "";
    int generation;
    boolean terminating;
    final Map<String, String> labels = new HashMap<>();
    final Map<String, String> annotations = new HashMap<>();
    private String ownerKind = "";
    private String ownerName = "";

    /// @param wanted which labels and annotations are kept
    void read(JsonParser parser, Predicate<String> wanted) throws IOException {
        read(parser, wanted, wanted);
    }

    /// Keeps all labels and no annotations.
    void readWithLabels(JsonParser parser) throws IOException {
        read(parser, label -> true, annotation -> false);
    }

    /// Keeps all labels and some annotations.
    void readWithLabels(JsonParser parser, Predicate<String> wantedAnnotations) throws IOException {
        read(parser, label -> true, wantedAnnotations);
    }

    private void read(JsonParser parser, Predicate<String> wantedLabels, Predicate<String> wantedAnnotations)
            throws IOException {
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "name" -> name = Json.text(p);
                case "namespace" -> namespace = Json.text(p);
                case "uid" -> uid = Json.text(p);
                case "resourceVersion" -> resourceVersion = Json.text(p);
                case "generation" -> generation = Json.count(p);
                case "deletionTimestamp" -> terminating = !Json.text(p).isEmpty();
                case "labels" -> readMap(p, wantedLabels, labels);
                case "annotations" -> readMap(p, wantedAnnotations, annotations);
                case "ownerReferences" -> Json.array(p, this::readOwner);
                default -> p.skipChildren();
            }
        });
    }

    /// The controlling owner, where there can be such a one.
    Optional<Owner> owner(String knownNamespace) {
        return ownerName.isEmpty() ? Optional.empty() : Owner.referred(knownNamespace, ownerKind, ownerName);
    }

    private void readOwner(JsonParser parser) throws IOException {
        var reference = new String[] {"", ""};
        var controls = new boolean[1];
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "kind" -> reference[0] = Json.text(p);
                case "name" -> reference[1] = Json.text(p);
                case "controller" -> controls[0] = Json.flag(p);
                default -> p.skipChildren();
            }
        });
        if (controls[0]) {
            ownerKind = reference[0];
            ownerName = reference[1];
        }
    }

    private static void readMap(JsonParser parser, Predicate<String> wanted, Map<String, String> into)
            throws IOException {
        Json.object(parser, (field, p) -> {
            if (wanted.test(field)) {
                into.put(field, Json.text(p));
            } else {
                p.skipChildren();
            }
        });
    }
}
