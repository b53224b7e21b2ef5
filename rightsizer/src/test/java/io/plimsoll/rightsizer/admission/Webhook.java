package io.plimsoll.rightsizer.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.NamespaceLimits;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.Selection;
import io.plimsoll.model.recommendation.StoredRecommendation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A webhook for tests: what it knows is built fluently, and a review's patch is applied to the pod that it was made
/// from.
final class Webhook {

    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    static final long MIB = 1 << 20;

    private final List<StoredRecommendation> recommendations = new ArrayList<>();
    private final Map<Owner, Claimed> claims = new HashMap<>();
    private final Map<String, NamespaceLimits> limits = new HashMap<>();
    private final List<ClusterEvent> events = new ArrayList<>();
    private ResizePolicy.Mode mode = ResizePolicy.Mode.AUTO;
    private boolean isSuspended;
    private Selection selection = Selection.of(true);
    private Function<String, Optional<ContainerSizing>> sizings = name -> Optional.of(ContainerSizing.DEFAULT);
    private Set<ContainerRole> roles = Set.of(ContainerRole.MAIN);
    private Duration imageAge = Duration.ZERO;
    private Duration sizesAge = Duration.ZERO;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /// What was answered.
    ///
    /// @param pod as it is after the patch
    /// @param isPatched whether there was one
    record Answer(JsonNode response, JsonNode pod, boolean isPatched) {

        JsonNode resources(int container) {
            return pod.path("spec").path("containers").path(container).path("resources");
        }

        JsonNode initResources(int container) {
            return pod.path("spec").path("initContainers").path(container).path("resources");
        }

        JsonNode told() throws JsonProcessingException {
            return Json.MAPPER.readTree(pod.path("metadata")
                    .path("annotations")
                    .path(PodPatch.ANNOTATION)
                    .asText());
        }
    }

    /// For container `app`: 250m of CPU and 256Mi of memory, trusted wholly.
    Webhook recommends(Owner workload) {
        return recommends(workload, container("app", new Resources(250, 256 * MIB), 1, false));
    }

    Webhook recommends(Owner workload, StoredRecommendation.Container... containers) {
        recommendations.add(new StoredRecommendation(workload, Optional.empty(), List.of(containers)));
        return this;
    }

    Webhook leftAlone(Owner workload) {
        recommendations.add(new StoredRecommendation(
                workload,
                Optional.of("RevertedOften"),
                List.of(container("app", new Resources(250, 256 * MIB), 1, false))));
        return this;
    }

    /// Running pods ask for the same already.
    static StoredRecommendation.Container container(
            String name, Resources target, double confidence, boolean isOomRaise) {
        return container(
                name, isOomRaise ? new Resources(target.cpuMillis(), 1) : target, target, confidence, isOomRaise);
    }

    static StoredRecommendation.Container container(
            String name, Resources current, Resources target, double confidence, boolean isOomRaise) {
        return new StoredRecommendation.Container(
                name, current, target, target, target, confidence, isOomRaise, "as used");
    }

    Webhook mode(ResizePolicy.Mode next) {
        mode = next;
        return this;
    }

    Webhook suspended() {
        isSuspended = true;
        return this;
    }

    /// Whose policy selects by labels that are not known.
    Webhook doubtful() {
        selection = new Selection.Unknown("403 rollouts");
        return this;
    }

    Webhook sizings(Function<String, Optional<ContainerSizing>> next) {
        sizings = next;
        return this;
    }

    /// Whose policy speaks of such init containers, too.
    Webhook including(ContainerRole role) {
        roles = Set.of(ContainerRole.MAIN, role);
        return this;
    }

    Webhook claims(Owner workload, ResourceKind... kinds) {
        claims.put(workload, Claimed.by("HorizontalPodAutoscaler web", Set.of(kinds)));
        return this;
    }

    Webhook limits(NamespaceLimits next) {
        limits.put("shop", next);
        return this;
    }

    Webhook sees(OwnerSpec owner) {
        events.add(new ClusterEvent.OwnerApplied(owner));
        return this;
    }

    Webhook sees(ClusterEvent event) {
        events.add(event);
        return this;
    }

    Webhook imageAge(Duration age) {
        imageAge = age;
        return this;
    }

    Webhook sizesAge(Duration age) {
        sizesAge = age;
        return this;
    }

    AdmissionReviews build() {
        var policy = new ResizePolicy(
                new PolicyCandidate(
                        Optional.of("shop"), "web", 0, 0, isSuspended, workload -> true, workload -> selection),
                mode,
                "high-water",
                sizings,
                time -> false,
                0,
                0,
                roles,
                0,
                List.of(),
                false);
        var sizes = StartingSizes.of(
                new StartingSizes.Read(recommendations, List.of(policy), claims, limits),
                NOW.minus(sizesAge).toEpochMilli());
        var image = image();
        return new AdmissionReviews(() -> sizes, () -> image, () -> NOW, () -> 0, new AdmissionMetrics(meters));
    }

    private ClusterImage image() {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        events.forEach(delta::replay);
        delta.replay(new ClusterEvent.Confirmed(NOW.minus(imageAge).toEpochMilli()));
        return delta.apply();
    }

    Answer create(JsonNode pod) {
        return create(build(), pod);
    }

    static Answer create(AdmissionReviews reviews, JsonNode pod) {
        var review = Json.MAPPER.createObjectNode();
        var request = review.putObject("request");
        request.put("uid", "u-1").put("operation", "CREATE").put("namespace", "shop");
        request.putObject("kind").put("group", "").put("version", "v1").put("kind", "Pod");
        request.set("object", pod);
        var response = send(reviews, review.toString());
        var patch = response.path("patch").asText();
        return patch.isEmpty() ? new Answer(response, pod, false) : new Answer(response, patched(pod, patch), true);
    }

    static JsonNode send(AdmissionReviews reviews, String body) {
        return read(reviews.answer(body.getBytes(StandardCharsets.UTF_8))).path("response");
    }

    private static JsonNode patched(JsonNode pod, String patch) {
        return JsonPatch.apply(read(Base64.getDecoder().decode(patch)), pod);
    }

    private static JsonNode read(byte[] json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    double counted(String outcome, String reason) {
        return meters.get("plimsoll.admission.reviews")
                .tag("outcome", outcome)
                .tag("reason", reason)
                .counter()
                .count();
    }
}
