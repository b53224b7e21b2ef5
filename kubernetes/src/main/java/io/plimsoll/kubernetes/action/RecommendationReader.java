package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.StoredRecommendation;
import java.util.ArrayList;
import java.util.Optional;

/// Reads `WorkloadRecommendation` objects to what decisions need; what is absent or odd reads as nothing said.
public final class RecommendationReader {

    private static final String OOM_KILLED = "OomKilled";

    private RecommendationReader() {}

    /// Empty for an object that names no workload.
    public static Optional<StoredRecommendation> read(JsonNode object) {
        return workload(object).map(owner -> read(object, owner));
    }

    /// The workload that an object is about; empty for one that names none.
    static Optional<Owner> workload(JsonNode object) {
        var workload = object.path("spec").path("workload");
        return Owner.referred(
                object.path("metadata").path("namespace").asText(),
                workload.path("kind").asText(),
                workload.path("name").asText());
    }

    private static StoredRecommendation read(JsonNode object, Owner owner) {
        var status = object.path("status");
        var containers = new ArrayList<StoredRecommendation.Container>();
        status.path("containers").forEach(container -> containers.add(container(container)));
        var skipped = Optional.of(
                        status.path("lastSkipped").path("reason").path("code").asText())
                .filter(code -> !code.isEmpty());
        return new StoredRecommendation(owner, skipped, containers);
    }

    private static StoredRecommendation.Container container(JsonNode node) {
        return new StoredRecommendation.Container(
                node.path("container").asText(),
                Quantities.resources(node.path("current")),
                Quantities.resources(node.path("lower")),
                Quantities.resources(node.path("target")),
                Quantities.resources(node.path("upper")),
                Math.clamp(node.path("confidencePercent").asInt() / 100.0, 0, 1),
                isOomRaise(node.path("reasons")),
                node.path("message").asText());
    }

    private static boolean isOomRaise(JsonNode reasons) {
        for (var reason : reasons) {
            if (reason.asText().equals(OOM_KILLED)) {
                return true;
            }
        }
        return false;
    }
}
