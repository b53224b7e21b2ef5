package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.watch.PodDecoder;
import io.plimsoll.model.action.RecreatablePods;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.EvictionBan;
import io.plimsoll.model.move.Stay;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Tells by pods and by the webhook's configuration at the API server which pods may be recreated. Any thread may use
/// it.
///
/// | pod | is kept since |
/// |---|---|
/// | that [nobody may evict][EvictionBan], as its own labels and annotations say | it is not wanted, or of no use |
/// | without a ReplicaSet, StatefulSet or ReplicationController | nothing makes another one elsewhere |
/// | with a volume of its node (`emptyDir` on disk, `hostPath`) | what is in it would be lost |
/// | with `admission.plimsoll.io/skip` | its successor would not be sized |
final class ApiRecreatablePods implements RecreatablePods {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(10));
    private static final String WEBHOOK =
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/plimsoll-webhook";
    private static final Set<String> REPLACERS = Set.of("ReplicaSet", "StatefulSet", "ReplicationController");

    private final ApiServer server;

    ApiRecreatablePods(ApiServer server) {
        this.server = server;
    }

    @Override
    public Optional<String> unsized() {
        try {
            var webhooks = read(WEBHOOK).path("webhooks");
            boolean isTrusted = !webhooks.isEmpty();
            for (var webhook : webhooks) {
                isTrusted &=
                        !webhook.path("clientConfig").path("caBundle").asText().isEmpty();
            }
            return isTrusted
                    ? Optional.empty()
                    : Optional.of("the webhook has no certificate yet, so new pods start as their template has them");
        } catch (ApiException e) {
            return Optional.of(
                    switch (e.code()) {
                        case 404 ->
                            "new pods start as their template has them: install manifests/overlays/webhook to have them"
                                    + " sized";
                        case 401, 403 ->
                            "it cannot be seen whether new pods are sized: " + e.getMessage()
                                    + "; manifests/overlays/rightsizer-recreate/rbac.yaml has the rule";
                        default -> "it cannot be seen whether new pods are sized: " + e.getMessage();
                    });
        } catch (IOException e) {
            return Optional.of("it cannot be seen whether new pods are sized: " + e.getMessage());
        }
    }

    @Override
    public Look look(PodKey key, String uid) {
        try {
            var pod = read(ApiPods.path(key));
            return obstacle(pod, uid)
                    .<Look>map(Look.Kept::new)
                    .orElseGet(() -> new Look.Evictable(
                            pod.path("metadata").path("resourceVersion").asText()));
        } catch (ApiException e) {
            return new Look.Kept(e.code() == 404 ? "the pod is gone" : String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Look.Kept(String.valueOf(e.getMessage()));
        }
    }

    private JsonNode read(String path) throws IOException {
        try (var answer = server.open(path, PATIENCE)) {
            return Json.MAPPER.readTree(answer);
        }
    }

    private static Optional<String> obstacle(JsonNode pod, String uid) throws IOException {
        var metadata = pod.path("metadata");
        if (!metadata.path("uid").asText().equals(uid)) {
            return Optional.of("another pod bears its name now");
        }
        var spec = PodDecoder.read(pod);
        var ban = EvictionBan.of(spec, spec.optOuts()).map(Stay::words);
        if (ban.isPresent()) {
            return ban;
        }
        if (spec.owner().filter(owner -> REPLACERS.contains(owner.kind())).isEmpty()) {
            return Optional.of("nothing would make another pod of it: it has no ReplicaSet, StatefulSet or"
                    + " ReplicationController");
        }
        if (metadata.path("annotations")
                .path("admission.plimsoll.io/skip")
                .asText()
                .equals("true")) {
            return Optional.of("admission.plimsoll.io/skip keeps its successor from being sized");
        }
        return localVolume(pod).map(volume -> "what is in its volume " + volume + " would be lost");
    }

    /// What is in memory is lost with the pod in any case, and nobody counts on it.
    private static Optional<String> localVolume(JsonNode pod) {
        for (var volume : pod.path("spec").path("volumes")) {
            boolean isOnDisk = volume.has("emptyDir")
                    && !volume.path("emptyDir").path("medium").asText().equals("Memory");
            if (isOnDisk || volume.has("hostPath")) {
                return Optional.of(volume.path("name").asText());
            }
        }
        return Optional.empty();
    }
}
