package io.plimsoll.model.usage;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The newest sample of each signal of one node; signals that no source measures are absent.
public final class NodeSignals {

    public static final NodeSignals NONE = new NodeSignals(new Sample[SignalKind.values().length]);

    /// A sample this much older than another one is of another cycle, or of a source that is gone.
    public static final long SAME_CYCLE_MILLIS = 60_000;

    private final @Nullable Sample[] samples;

    private NodeSignals(@Nullable Sample[] samples) {
        this.samples = samples;
    }

    public Optional<Sample> get(SignalKind kind) {
        return Optional.ofNullable(samples[kind.ordinal()]);
    }

    /// The value of a signal, or `NaN` where it is absent; for arithmetic that runs once per candidate node.
    public double value(SignalKind kind) {
        var sample = samples[kind.ordinal()];
        return sample == null ? Double.NaN : sample.value();
    }

    /// When a signal was measured, epoch milliseconds, or `Long.MIN_VALUE` where it is absent: older than any expiry.
    public long atMillis(SignalKind kind) {
        var sample = samples[kind.ordinal()];
        return sample == null ? Long.MIN_VALUE : sample.atMillis();
    }

    /// Whether the better of two signals is there and of the other one's cycle, or later. An old one must not hide what
    /// the other says of now.
    public boolean isOfNow(SignalKind better, SignalKind other) {
        return isOfNow(better, other, SAME_CYCLE_MILLIS);
    }

    /// The same, with as much time between the two as is given.
    public boolean isOfNow(SignalKind better, SignalKind other, long withinMillis) {
        var sample = samples[better.ordinal()];
        var instead = samples[other.ordinal()];
        return sample != null && (instead == null || instead.atMillis() - sample.atMillis() <= withinMillis);
    }

    /// These signals with one sample more; of two samples of a kind the newer one stays, whichever came first.
    ///
    /// @param latestMillis what is known from after that is of a clock that has since been set back, and gives way
    public NodeSignals with(SignalKind kind, Sample sample, long latestMillis) {
        long knownAt = atMillis(kind);
        if (sample.atMillis() < knownAt && knownAt <= latestMillis) {
            return this;
        }
        var next = samples.clone();
        next[kind.ordinal()] = sample;
        return new NodeSignals(next);
    }

    /// All samples there are, in the order of [SignalKind].
    public Map<SignalKind, Sample> asMap() {
        var map = new EnumMap<SignalKind, Sample>(SignalKind.class);
        for (var kind : SignalKind.values()) {
            get(kind).ifPresent(sample -> map.put(kind, sample));
        }
        return map;
    }
}
