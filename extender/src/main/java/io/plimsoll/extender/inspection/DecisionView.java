package io.plimsoll.extender.inspection;

import io.plimsoll.extender.decision.Decision;
import io.plimsoll.extender.decision.NeutralCause;
import io.plimsoll.model.cluster.PodKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A [Decision] as inspection shows it.
///
/// @param rejected the number of nodes by reason
/// @param top the best candidates with the score of the model and what was sent
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
        boolean keptLeastBad,
        List<Decision.Ranked> top,
        Optional<String> neutral,
        Optional<String> neutralMeans,
        String detail,
        long tookMicros) {

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
                decision.keptLeastBad(),
                decision.top(),
                decision.neutral().map(NeutralCause::label),
                decision.neutral().map(NeutralCause::text),
                decision.detail(),
                decision.tookNanos() / 1_000);
    }
}
