package io.plimsoll.model.usage;

/// One measured value: what, when and by whom. The unit is that of the [SignalKind] or field it stands in.
///
/// @param value finite and not negative
/// @param atMillis when it was measured, epoch milliseconds; not when it was fetched
/// @param source the name of the usage source
public record Sample(double value, long atMillis, String source) {

    public Sample {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "value of a sample from " + source + " must be finite and >= 0: " + value);
        }
    }
}
