package io.plimsoll.rightsizer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts what passes and changes come to. One a process: it outlives the right-sizers that tell it.
///
/// | metric | labels | what |
/// |---|---|---|
/// | `plimsoll.resize.changes` | `phase` | changes that have ended, or whose record stays open (`intended`) |
/// | `plimsoll.resize.skipped` | `reason` | workloads that were not resized by the last pass |
/// | `plimsoll.resize.workloads` | | workloads that a policy speaks of, by the last pass |
public final class ResizeMetrics implements Sizings {

    private final Map<ChangePhase, Counter> changes = new EnumMap<>(ChangePhase.class);
    private final Map<SkipReason, AtomicInteger> skipped = new EnumMap<>(SkipReason.class);
    private final AtomicInteger workloads = new AtomicInteger();

    public ResizeMetrics(MeterRegistry meters) {
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
        Gauge.builder("plimsoll.resize.workloads", workloads, AtomicInteger::get)
                .description("Workloads that a policy speaks of")
                .register(meters);
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
    }

    @Override
    public void ended(Change change, ChangeResult result) {
        Optional.ofNullable(changes.get(result.phase())).ifPresent(Counter::increment);
    }

    /// Another replica tells from now on.
    public void clear() {
        decided(List.of());
    }
}
