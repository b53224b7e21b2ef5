package io.plimsoll.model.usage;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The newest sample of each signal of one node; signals that no source measures are absent.
public final class NodeSignals {

    public static final NodeSignals NONE = new NodeSignals(new Sample[SignalKind.values().length]);

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
