package io.plimsoll.extender.inspection;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.regime.RegimeState;
import io.plimsoll.model.regime.RegimeView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Peak or off-peak: the cluster, and each workload.
///
/// @param nextOffPeak when the cluster's next off-peak begins; now where it is off-peak, null where none is known
/// @param workloadsByKind how many there are of each kind now
/// @param workloads by name, so many at most
public record RegimeInspection(
        StateView cluster,
        Optional<Instant> nextOffPeak,
        Map<String, Integer> workloadsByKind,
        List<WorkloadView> workloads) {

    /// @param kind peak, off-peak or unknown
    /// @param confidence 0 to 1
    /// @param until null where the next kind is not known
    public record StateView(String kind, double confidence, Instant since, Optional<Instant> until, String because) {

        private static StateView of(RegimeState state) {
            return new StateView(
                    state.kind().label(), state.confidence(), state.since(), state.until(), state.because());
        }
    }

    /// @param workload namespace/Kind/name
    public record WorkloadView(String workload, StateView state) {

        private static WorkloadView of(Owner workload, RegimeState state) {
            return new WorkloadView(workload.toString(), StateView.of(state));
        }
    }

    static RegimeInspection of(RegimeView view, Instant now, int limit) {
        return new RegimeInspection(
                StateView.of(view.now(now)),
                view.nextOffPeak(now),
                view.workloadsByKind(now).entrySet().stream()
                        .collect(Collectors.toMap(
                                entry -> entry.getKey().label(),
                                Map.Entry::getValue,
                                Integer::sum,
                                LinkedHashMap::new)),
                view.workloads().stream()
                        .limit(limit)
                        .map(workload -> WorkloadView.of(workload, view.of(workload, now)))
                        .toList());
    }
}
