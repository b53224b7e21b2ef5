package io.plimsoll.kubernetes;

import io.plimsoll.model.cluster.Owner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;

/// Workloads for which a round failed by a fault of Plimsoll's own, which keeps none of the others. Said once for each
/// while that lasts, with the cause of the first one: the others' is mostly the same. Belongs to one thread.
public final class Faults {

    private final Logger log;
    private final String what;
    private final Map<Owner, RuntimeException> met = new LinkedHashMap<>();
    private Set<Owner> told = Set.of();

    /// @param what could not be done of a workload, after "Of 3 workloads"
    public Faults(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    public void met(Owner workload, RuntimeException cause) {
        met.put(workload, cause);
    }

    /// A round is over.
    public void ended() {
        met.entrySet().stream()
                .filter(fault -> !told.contains(fault.getKey()))
                .findFirst()
                .ifPresent(first -> log.error(
                        "Of {} workloads {}, which is a fault of Plimsoll's; the others go on. The first is {}",
                        met.size(),
                        what,
                        first.getKey(),
                        first.getValue()));
        told = Set.copyOf(met.keySet());
        met.clear();
    }
}
