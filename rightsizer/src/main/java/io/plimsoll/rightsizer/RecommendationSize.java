package io.plimsoll.rightsizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.resource.ContainerRecommendation;
import io.plimsoll.kubernetes.resource.Reason;
import io.plimsoll.kubernetes.resource.ResourceCondition;
import io.plimsoll.kubernetes.resource.Sentences;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.LastSkipped;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keeps a recommendation within 20 KB: of a workload with many containers, what is needed least is left out, and
/// that is said. Pure.
///
/// Each step is taken only where those before did not do:
///
/// 1. what is said of containers is cut to [#BRIEF_CHARS];
/// 2. what their figures were made from is left out (source, samples, first sample, uncapped);
/// 3. what is said of containers is left out;
/// 4. all other sentences are cut to [#BRIEF_CHARS];
/// 5. each container keeps [#REASONS_MIN] reasons, first of all that of a kill.
///
/// Never left out are current, target, range and limits of a container, and the template: programs go by these.
final class RecommendationSize {

    /// Of a status; its object's names, and what the API server keeps of who wrote it, take two thousand more.
    static final int BYTES_MAX = 18_000;

    static final int BRIEF_CHARS = 120;
    static final int REASONS_MIN = 2;
    private static final String SAYS_SO = " [shortened to 20 KB, since it has so many containers]";
    private static final int MESSAGE_CHARS_MAX = 512;
    private static final String KILLED = "OomKilled";

    private static final List<UnaryOperator<WorkloadRecommendationStatus>> STEPS = List.of(
            status -> with(status, found -> found.saying(found.reasons(), brief(found.message()))),
            status -> with(status, ContainerRecommendation::withoutSource),
            status -> with(status, found -> found.saying(found.reasons(), null)),
            RecommendationSize::brief,
            status -> with(status, found -> found.saying(fewest(found.reasons()), null)));

    private RecommendationSize() {}

    /// The same where it fits.
    static WorkloadRecommendationStatus fitted(WorkloadRecommendationStatus status) {
        var next = status;
        for (var step : STEPS) {
            if (bytes(next) <= BYTES_MAX) {
                return next;
            }
            next = sayingSo(step.apply(next));
        }
        return next;
    }

    private static int bytes(WorkloadRecommendationStatus status) {
        try {
            return Json.MAPPER.writeValueAsBytes(status).length;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a recommendation is no JSON", e);
        }
    }

    private static WorkloadRecommendationStatus with(
            WorkloadRecommendationStatus status, UnaryOperator<ContainerRecommendation> change) {
        return status.telling(
                status.containers().stream().map(change).toList(),
                status.message(),
                status.lastSkipped(),
                status.oomRaises(),
                status.conditions());
    }

    private static WorkloadRecommendationStatus brief(WorkloadRecommendationStatus status) {
        var skipped = status.lastSkipped();
        var raises = status.oomRaises();
        return status.telling(
                status.containers(),
                brief(status.message()),
                skipped == null
                        ? null
                        : new LastSkipped(
                                new Reason(
                                        skipped.reason().code(),
                                        brief(skipped.reason().message())),
                                skipped.time()),
                raises == null
                        ? null
                        : raises.stream()
                                .map(raise -> raise.saying(brief(raise.message())))
                                .toList(),
                status.conditions().stream().map(RecommendationSize::brief).toList());
    }

    private static ResourceCondition brief(ResourceCondition condition) {
        return new ResourceCondition(
                condition.type(),
                condition.status(),
                condition.observedGeneration(),
                condition.lastTransitionTime(),
                condition.reason(),
                brief(condition.message()));
    }

    private static String brief(@Nullable String sentence) {
        return sentence == null ? "" : Sentences.clipped(sentence, BRIEF_CHARS);
    }

    private static List<String> fewest(List<String> reasons) {
        var first = reasons.stream().filter(KILLED::equals);
        return Stream.concat(first, reasons.stream().filter(code -> !code.equals(KILLED)))
                .limit(REASONS_MIN)
                .toList();
    }

    private static WorkloadRecommendationStatus sayingSo(WorkloadRecommendationStatus status) {
        var message = Optional.ofNullable(status.message()).orElse("");
        return message.endsWith(SAYS_SO)
                ? status
                : status.telling(
                        status.containers(),
                        Sentences.clipped(message, MESSAGE_CHARS_MAX - SAYS_SO.length()) + SAYS_SO,
                        status.lastSkipped(),
                        status.oomRaises(),
                        status.conditions());
    }
}
