package io.plimsoll.model.regime;

import io.plimsoll.model.cluster.Owner;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is known of the hours of the cluster and of its workloads; immutable, any thread may ask.
public final class RegimeView {

    /// Nothing is known.
    public static final RegimeView NOTHING = new RegimeView(
            new Outlook(Forecast.NOTHING, UserHours.none(ZoneId.of("UTC")), Outlook.Now.USUAL), Map.of());

    private final Outlook cluster;
    private final Map<Owner, Outlook> workloads;

    /// @param workloads nobody changes it any more
    RegimeView(Outlook cluster, Map<Owner, Outlook> workloads) {
        this.cluster = cluster;
        this.workloads = workloads;
    }

    /// How it is in the cluster now.
    public RegimeState now(Instant now) {
        return cluster.at(now);
    }

    /// The kind alone, which costs less.
    public RegimeKind kind(Instant now) {
        return cluster.kindAt(now);
    }

    /// Whether it is one of the days that users have set on which nobody is moved unasked.
    public boolean isBlackout(Instant now) {
        return cluster.user().isBlackout(now);
    }

    /// How it will be in the cluster at a time to come, by what is said and learned.
    public RegimeState expected(Instant time) {
        return cluster.expected(time);
    }

    /// The kind of [#expected] alone, which costs less; of a time that is past too.
    public RegimeKind expectedKind(Instant time) {
        return cluster.kind(time);
    }

    /// How it is for a workload now; unknown where nothing is known of it.
    public RegimeState of(Owner workload, Instant now) {
        var outlook = workloads.get(workload);
        return outlook == null
                ? new RegimeState(RegimeKind.UNKNOWN, 0, now, Optional.empty(), "nothing was measured yet")
                : outlook.at(now);
    }

    /// The kind alone, which costs less.
    public RegimeKind kindOf(Owner workload, Instant now) {
        var outlook = workloads.get(workload);
        return outlook == null ? RegimeKind.UNKNOWN : outlook.kindAt(now);
    }

    /// When the cluster's next off-peak begins; now where it is off-peak, nothing where none is known within eight
    /// days.
    public Optional<Instant> nextOffPeak(Instant now) {
        return cluster.nextOffPeak(now);
    }

    /// How many workloads it is so for now, all kinds named.
    public Map<RegimeKind, Integer> workloadsByKind(Instant now) {
        var counts = new EnumMap<RegimeKind, Integer>(RegimeKind.class);
        for (var kind : RegimeKind.values()) {
            counts.put(kind, 0);
        }
        workloads.values().forEach(outlook -> counts.merge(outlook.kindAt(now), 1, Integer::sum));
        return counts;
    }

    /// Those whose load is watched, sorted.
    public List<Owner> workloads() {
        return workloads.keySet().stream().sorted().toList();
    }
}
