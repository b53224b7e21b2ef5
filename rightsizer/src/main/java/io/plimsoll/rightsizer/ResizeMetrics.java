package io.plimsoll.rightsizer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.Freed;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.Saved;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Counts what passes and changes come to. One a process: it outlives the right-sizers that tell it.
///
/// | metric | labels | what |
/// |---|---|---|
/// | `plimsoll.resize.changes` | `phase` | changes that have ended, or whose record stays open (`intended`) |
/// | `plimsoll.resize.skipped` | `reason` | workloads that were not resized by the last pass |
/// | `plimsoll.resize.freed.cores`, `.bytes` | | how much less all pods would ask for; negative: more |
/// | `plimsoll.resize.oom.reports` | `state` | containers of which is told what was done after kills for memory |
/// | `plimsoll.resize.workloads` | | workloads that a policy speaks of, by the last pass |
public final class ResizeMetrics implements Sizings {

    private final Map<ChangePhase, Counter> changes = new EnumMap<>(ChangePhase.class);
    private final Map<SkipReason, AtomicInteger> skipped = new EnumMap<>(SkipReason.class);
    private final Map<OomReport.State, AtomicInteger> reports = new EnumMap<>(OomReport.State.class);
    private final AtomicInteger workloads = new AtomicInteger();
    private final Supplier<Savings> savings;
    private volatile Freed freed = Freed.NONE;

    /// One that knows of no pods, and of nothing that is freed therefore.
    public ResizeMetrics(MeterRegistry meters) {
        this(() -> Savings.NONE, meters);
    }

    public ResizeMetrics(Supplier<Savings> savings, MeterRegistry meters) {
        this.savings = savings;
        for (var phase : ChangePhase.values()) {
            changes.put(
                    phase,
                    Counter.builder("plimsoll.resize.changes")
                            .description("Changes of workloads, by what became of them")
                            .tag("phase", phase.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
        for (var reason : SkipReason.values()) {
            var count = new AtomicInteger();
            skipped.put(reason, count);
            Gauge.builder("plimsoll.resize.skipped", count, AtomicInteger::get)
                    .description("Workloads that the last pass did not resize, by the reason")
                    .tag("reason", reason.code())
                    .register(meters);
        }
        for (var state : OomReport.State.values()) {
            var count = new AtomicInteger();
            reports.put(state, count);
            Gauge.builder("plimsoll.resize.oom.reports", count, AtomicInteger::get)
                    .description("Containers that were killed for memory of late, by what became of the raise")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
        Gauge.builder("plimsoll.resize.freed.cores", () -> freed.cpuMillis() / 1000.0)
                .description("CPU that pods would not ask for any more as recommended, by the last pass")
                .register(meters);
        Gauge.builder("plimsoll.resize.freed.bytes", () -> freed.memoryBytes())
                .description("Memory that pods would not ask for any more as recommended, by the last pass")
                .register(meters);
        Gauge.builder("plimsoll.resize.workloads", workloads, AtomicInteger::get)
                .description("Workloads that a policy speaks of")
                .register(meters);
    }

    @Override
    public void killed(Map<Owner, List<OomReport>> told) {
        reports.forEach((state, count) -> count.set((int) told.values().stream()
                .flatMap(List::stream)
                .filter(report -> report.state() == state)
                .count()));
    }

    @Override
    public void decided(List<WorkloadSizing> sizings) {
        var counts = new EnumMap<SkipReason, Integer>(SkipReason.class);
        for (var sizing : sizings) {
            if (sizing.plan() instanceof ResizePlan.Skipped(var reason, var detail)) {
                counts.merge(reason, 1, Integer::sum);
            }
        }
        skipped.forEach((reason, count) -> count.set(counts.getOrDefault(reason, 0)));
        workloads.set(sizings.size());
        freed = sizings.stream().map(savings.get()::saved).map(Saved::freed).reduce(Freed.NONE, Freed::plus);
    }

    @Override
    public void ended(Change change, ChangeResult result) {
        Optional.ofNullable(changes.get(result.phase())).ifPresent(Counter::increment);
    }

    /// Another replica tells from now on.
    public void clear() {
        killed(Map.of());
        decided(List.of());
    }
}
