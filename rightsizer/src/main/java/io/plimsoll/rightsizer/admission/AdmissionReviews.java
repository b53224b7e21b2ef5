package io.plimsoll.rightsizer.admission;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.StoredRecommendation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers `AdmissionReview` requests (`admission.k8s.io/v1`): bytes in, bytes out, nothing asked of anybody. Any
/// thread may use it.
///
/// Each answer allows the pod. Whatever goes wrong, it is created as its template has it, and that is counted.
public final class AdmissionReviews {

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionReviews.class);

    /// What was decided elsewhere may have been taken back since.
    private static final Duration SIZES_AGE_MAX = Duration.ofMinutes(5);

    private static final Duration IMAGE_AGE_MAX = Duration.ofMinutes(2);

    /// A pod with thousands of variables has tens of thousands. Each takes up to a hundred bytes once
    /// it is read, though its text may be as short as `[`.
    private static final int TOKENS_MAX = 200_000;

    /// That of a review has 36 characters, and is sent back.
    private static final int UID_LENGTH_MAX = 64;

    private static final ObjectReader READER = Json.MAPPER
            .reader()
            .with(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(TOKENS_MAX)
                            .build())
                    .build());

    private final Supplier<StartingSizes> sizes;
    private final Supplier<ClusterImage> images;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final AdmissionMetrics metrics;

    AdmissionReviews(
            Supplier<StartingSizes> sizes,
            Supplier<ClusterImage> images,
            InstantSource clock,
            LongSupplier nanoTime,
            AdmissionMetrics metrics) {
        this.sizes = sizes;
        this.images = images;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.metrics = metrics;
    }

    /// What answers from the same knowledge as long as it lives: for measuring how long that takes.
    public static AdmissionReviews knowing(
            List<StoredRecommendation> recommendations,
            List<ResizePolicy> policies,
            ClusterImage image,
            InstantSource clock,
            MeterRegistry meters) {
        var sizes =
                StartingSizes.of(new StartingSizes.Read(recommendations, policies, Map.of(), Map.of()), clock.millis());
        return new AdmissionReviews(() -> sizes, () -> image, clock, System::nanoTime, new AdmissionMetrics(meters));
    }

    /// The answer to one request.
    public byte[] answer(byte[] body) {
        long start = nanoTime.getAsLong();
        var response = Json.MAPPER.createObjectNode();
        try {
            var request = READER.readTree(body).path("request");
            response.put("uid", uid(request)).put("allowed", true);
            review(request, response);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            metrics.failed();
            LOG.debug("A request was not understood; the pod is left as it is", e);
        }
        metrics.took(Duration.ofNanos(nanoTime.getAsLong() - start));
        return review(response);
    }

    private static String uid(JsonNode request) throws IOException {
        var uid = request.path("uid").asText();
        if (uid.length() > UID_LENGTH_MAX) {
            throw new IOException("a uid of " + uid.length() + " characters");
        }
        return uid;
    }

    private static byte[] review(ObjectNode response) {
        var review = Json.MAPPER.createObjectNode();
        review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        review.set("response", response.put("allowed", true));
        return review.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void review(JsonNode request, ObjectNode response) {
        var object = request.path("object");
        var pod = NewPod.read(request.path("namespace").asText(), object);
        var verdict = isNewPod(request) ? decide(pod) : new StartVerdict.Left(LeftReason.NOT_A_NEW_POD);
        if (verdict instanceof StartVerdict.Sized sized) {
            var patch = PodPatch.of(object, pod.containers(), sized).toString();
            response.put("patchType", "JSONPatch")
                    .put("patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
        }
        metrics.count(verdict);
    }

    private static boolean isNewPod(JsonNode request) {
        return request.path("operation").asText().equals("CREATE")
                && request.path("kind").path("kind").asText().equals("Pod")
                && request.path("kind").path("group").asText().isEmpty()
                && request.path("subResource").asText().isEmpty();
    }

    private StartVerdict decide(NewPod pod) {
        var now = clock.millis();
        var known = sizes.get();
        var image = images.get();
        return Math.abs(now - known.readAtMillis()) <= SIZES_AGE_MAX.toMillis()
                        && image.ageMillis(now) <= IMAGE_AGE_MAX.toMillis()
                ? StartSizing.decide(pod, known, image)
                : new StartVerdict.Left(LeftReason.NOT_KNOWN_YET);
    }
}
