package io.plimsoll.extender.inspection;

import io.plimsoll.extender.decision.Decision;
import io.plimsoll.extender.decision.NeutralCause;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A [Decision] as inspection shows it.
///
/// @param rejected the number of nodes by reason
/// @param rejections the first of these nodes with their reasons
/// @param top the best candidates with the score of the model and what was sent; the first few with its parts
/// @param sent how many nodes were sent each score, by the score from 10 down; without scores that none got
/// @param neutral why the answer left the choice to the scheduler
/// @param tookMicros without the network
public record DecisionView(
        Instant at,
        String verb,
        String pod,
        String podUid,
        int candidates,
        int unknown,
        int rejectedNodes,
        Map<String, Integer> rejected,
        List<RejectionView> rejections,
        boolean keptLeastBad,
        List<RankedView> top,
        Map<Integer, Integer> sent,
        Optional<String> neutral,
        Optional<String> neutralMeans,
        String detail,
        long tookMicros) {

    /// A candidate that filter rejected.
    public record RejectionView(String node, String reason) {

        static RejectionView of(Decision.Rejection rejection) {
            return new RejectionView(rejection.node(), rejection.reason().text());
        }
    }

    /// A candidate as it was ranked, with the pods that were on their way at that moment.
    ///
    /// @param parts what each part that had data said, 0 to 100; empty where they were not kept
    /// @param weights of these parts; they add up to 1
    /// @param floor what the safety floor multiplied the weighted mean with
    /// @param trust how far its measurements were believed at their age, 0 to 1
    /// @param pending what pods ranked just before, and not yet seen bound, were counted with on this node
    public record RankedView(
            String node,
            float score,
            int sent,
            Map<String, Float> parts,
            Map<String, Float> weights,
            Optional<Float> floor,
            Optional<Float> trust,
            Optional<Resources> pending) {

        static RankedView of(Decision.Ranked ranked) {
            var parts = new LinkedHashMap<String, Float>();
            var weights = new LinkedHashMap<String, Float>();
            var why = ranked.why();
            why.ifPresent(reasons -> reasons.parts().forEach(part -> {
                parts.put(part.part().label(), (float) part.value());
                weights.put(part.part().label(), (float) part.weight());
            }));
            return new RankedView(
                    ranked.node(),
                    ranked.score(),
                    ranked.sent(),
                    parts,
                    weights,
                    why.map(Decision.Why::floor),
                    why.map(Decision.Why::trust),
                    why.map(reasons ->
                            new Resources((long) reasons.pendingCpuMillis(), (long) reasons.pendingMemoryBytes())));
        }

        /// Its parts by what they add to the score, the most first: `packing 34 + stability 20`.
        String contributions() {
            return parts.keySet().stream()
                            .sorted(Comparator.comparing((String part) -> points(part))
                                    .reversed())
                            .map(part -> part + " " + Math.round(points(part)))
                            .collect(Collectors.joining(" + "))
                    + floor.filter(times -> times < 1)
                            .map(times -> String.format(Locale.ROOT, ", times floor %.2f", times))
                            .orElse("");
        }

        private float points(String part) {
            return parts.getOrDefault(part, 0f) * weights.getOrDefault(part, 0f);
        }
    }

    static DecisionView of(Decision decision) {
        var rejected = new LinkedHashMap<String, Integer>();
        decision.rejected().forEach((reason, count) -> rejected.put(reason.text(), count));
        return new DecisionView(
                Instant.ofEpochMilli(decision.atMillis()),
                decision.verb().label(),
                decision.pod().map(PodKey::toString).orElse(""),
                decision.podUid(),
                decision.candidates(),
                decision.unknown(),
                decision.rejectedCount(),
                rejected,
                decision.rejections().stream().map(RejectionView::of).toList(),
                decision.keptLeastBad(),
                decision.top().stream().map(RankedView::of).toList(),
                sent(decision.sent()),
                decision.neutral().map(NeutralCause::label),
                decision.neutral().map(NeutralCause::text),
                decision.detail(),
                decision.tookNanos() / 1_000);
    }

    private static Map<Integer, Integer> sent(List<Integer> counts) {
        var sent = new LinkedHashMap<Integer, Integer>();
        for (int score = counts.size() - 1; score >= 0; score--) {
            if (counts.get(score) > 0) {
                sent.put(score, counts.get(score));
            }
        }
        return sent;
    }

    /// What led to the answer: the parts of the best node's score, or the first nodes that were rejected.
    String why() {
        return Stream.concat(
                        top.stream().limit(1).map(RankedView::contributions),
                        rejections.stream().limit(2).map(rejected -> rejected.node() + ": " + rejected.reason()))
                .collect(Collectors.joining("; "));
    }
}
