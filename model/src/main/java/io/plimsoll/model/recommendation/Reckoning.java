package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.recommendation.MemoryFloor.JvmHeap;
import io.plimsoll.model.recommendation.MemoryFloor.OomRaise;
import io.plimsoll.model.usage.ResourceUsageView;
import java.util.ArrayList;
import java.util.List;

/// One resource of one container while its recommendation is made: takes down the reasons, and puts floors, the
/// policy's bounds and its rules on what a recommender came to. Lives within one call.
///
/// In this order: floors of memory raise the target; the policy's minimum and maximum bound it (the maximum is the last
/// word, above any floor); nothing is lowered on old data; memory is lowered as far as the policy lets it.
final class Reckoning {

    /// Three scrapes of five minutes: beyond, what was lowest of late may be an outage.
    static final long STALE_MILLIS = 15 * 60 * 1000L;

    /// How far usage may come near a request before the request is raised.
    static final double NEAR = 1.05;

    /// How long a time tells what is used now: two or three scrapes at the usual intervals.
    static final long NOW_MILLIS = 10 * 60 * 1000L;

    /// Recommendations are carried out in whole ones.
    private static final long MIB = 1 << 20;

    private final ResourceKind kind;
    private final SizingCase sizingCase;
    private final ResourceSizing sizing;
    private final ResourceUsageView usage;
    private final long current;
    private final List<SizingReason> reasons = new ArrayList<>(4);

    Reckoning(ResourceKind kind, SizingCase sizingCase) {
        this.kind = kind;
        this.sizingCase = sizingCase;
        sizing = sizingCase.sizing().of(kind);
        current = kind.of(sizingCase.spec().requests());
        var container = sizingCase.usage();
        usage = switch (kind) {
            case CPU -> container.cpuMillis();
            case MEMORY -> container.memoryBytes();
        };
        if (container.isEmpty()) {
            reasons.add(new SizingReason.NoHistory());
        } else {
            reasons.add(new SizingReason.Measured(
                    container.samples(), container.spanMillis(), ageMillis(), container.confidence()));
        }
    }

    ResourceSizing sizing() {
        return sizing;
    }

    ResourceUsageView usage() {
        return usage;
    }

    /// How far back the largest use of memory counts.
    long peakMillis() {
        return sizingCase.sizing().peakMillis();
    }

    void because(SizingReason reason) {
        reasons.add(reason);
    }

    /// How much wider a range is for lack of confidence: 1 when it is full, 1.2 at a half, 2.8 at a tenth.
    double stretch() {
        return 1 + 0.2 * (1 / Math.max(1e-3, sizingCase.usage().confidence()) - 1);
    }

    /// There is no history: the request stays, but for floors and bounds.
    ResourceRecommendation withoutHistory() {
        double present = (double) current;
        return bounded(present, present, present, 0);
    }

    /// @param uncapped what the recommender came to
    /// @param lower below it the present request is to be raised
    /// @param upper above it the present request is to be lowered
    ResourceRecommendation bounded(double uncapped, double lower, double upper, double confidence) {
        long floor = floor(uncapped, confidence);
        long target = clamped(Math.max((double) floor, uncapped));
        target = keptWhenStale(target);
        target = keptByRule(target);
        long least = (long) Math.ceil(Math.max(lower, (double) Math.max(floor, sizing.min())));
        long most = (long) Math.min(Math.ceil(upper), (double) sizing.max());
        return new ResourceRecommendation(
                kind,
                current,
                target,
                Math.clamp(least, 0, target),
                Math.max(most, target),
                (long) Math.ceil(uncapped),
                confidence,
                reasons,
                cutFloor());
    }

    /// The highest floor, and the reason where it raises the target; or has raised the present request, of which too
    /// little is known otherwise: pods that start with less would be killed again.
    private long floor(double uncapped, double confidence) {
        long highest = 0;
        if (kind == ResourceKind.MEMORY) {
            for (var floor : sizingCase.floors()) {
                long bytes = bytes(floor);
                highest = Math.max(highest, bytes);
                boolean isAllThatIsKnown = floor instanceof OomRaise
                        && confidence < sizingCase.sizing().confidenceMin();
                if (bytes > uncapped || (isAllThatIsKnown && Math.ceilDiv(bytes, MIB) * MIB >= uncapped)) {
                    reasons.add(reason(floor, bytes));
                }
            }
            reasons.addAll(heapsThatStay());
        }
        return highest;
    }

    private long bytes(MemoryFloor floor) {
        return switch (floor) {
            case OomRaise raise -> raise.bytes();
            case JvmHeap heap -> current == 0 ? heap.bytes() : Math.min(heap.bytes(), current);
        };
    }

    private static SizingReason reason(MemoryFloor floor, long bytes) {
        return switch (floor) {
            case OomRaise raise -> new SizingReason.OomKilled(raise.kills(), raise.limitHitBytes(), bytes);
            case JvmHeap heap -> new SizingReason.JvmHeap(heap.setting(), bytes);
        };
    }

    /// More memory does not make a heap larger that is of a fixed size, or was sized at its start.
    private List<SizingReason> heapsThatStay() {
        if (sizingCase.floors().isEmpty() || sizingCase.floors().stream().noneMatch(OomRaise.class::isInstance)) {
            return List.of();
        }
        return sizingCase.floors().stream()
                .filter(JvmHeap.class::isInstance)
                .map(heap -> (SizingReason) new SizingReason.HeapStays(((JvmHeap) heap).setting()))
                .toList();
    }

    private long clamped(double amount) {
        if (amount < sizing.min()) {
            reasons.add(new SizingReason.RaisedToMin(kind, sizing.min()));
        } else if (amount > sizing.max()) {
            reasons.add(new SizingReason.CutToMax(kind, sizing.max()));
        }
        return sizing.clamp(amount);
    }

    private long keptWhenStale(long target) {
        if (target >= current || !isStale()) {
            return target;
        }
        reasons.add(new SizingReason.Stale(ageMillis()));
        return current;
    }

    /// It runs when its pod starts: that it was not measured since tells of no outage.
    private boolean isInit() {
        return sizingCase.spec().role() == ContainerRole.INIT;
    }

    private boolean isStale() {
        return !sizingCase.usage().isEmpty() && ageMillis() > STALE_MILLIS && !isInit();
    }

    private long keptByRule(long target) {
        if (kind == ResourceKind.CPU || target >= current) {
            return target;
        }
        if (isInit()) {
            reasons.add(new SizingReason.PeakUnseen());
            return current;
        }
        var rule = sizingCase.sizing().memoryRule();
        return switch (rule.decrease()) {
            case FREE -> target;
            case NEVER -> {
                reasons.add(new SizingReason.NeverLowered());
                yield current;
            }
            case ABOVE_USAGE -> keptAboveUsage(target, rule.headroom());
        };
    }

    /// The same rules for a pod that asks for something else than this one: what it is not lowered below.
    private long cutFloor() {
        if (sizingCase.usage().isEmpty() || isStale()) {
            return Long.MAX_VALUE;
        }
        if (kind == ResourceKind.CPU) {
            return 0;
        }
        if (isInit()) {
            return Long.MAX_VALUE;
        }
        var rule = sizingCase.sizing().memoryRule();
        return switch (rule.decrease()) {
            case FREE -> heapBytes();
            case NEVER -> Long.MAX_VALUE;
            case ABOVE_USAGE -> Math.max(heapBytes(), (long) Math.ceil(used() * (1 + rule.headroom())));
        };
    }

    private long heapBytes() {
        long most = 0;
        for (var floor : sizingCase.floors()) {
            most = floor instanceof JvmHeap heap ? Math.max(most, heap.bytes()) : most;
        }
        return most;
    }

    private double used() {
        return Math.max(usage.latest(), usage.peakWithin(NOW_MILLIS));
    }

    private long keptAboveUsage(long target, double headroom) {
        double used = used();
        long least = (long) Math.min(Math.ceil(used * (1 + headroom)), (double) current);
        if (least <= target) {
            return target;
        }
        reasons.add(new SizingReason.KeptAboveUsage((long) used, headroom, least));
        return least;
    }

    private long ageMillis() {
        return Math.max(0, sizingCase.nowMillis() - sizingCase.usage().lastMillis());
    }
}
