package io.plimsoll.kubernetes.watch;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Gives equal values one instance, as far as its fixed number of places goes: a newcomer takes the place of the value
/// that its hash collides with, so that what no longer occurs is forgotten and nothing grows. Safe for any thread.
final class Interner<T> {

    private final AtomicReferenceArray<@Nullable T> places;
    private final int mask;

    /// @param placesLog2 2 to this power is the number of places
    Interner(int placesLog2) {
        this.places = new AtomicReferenceArray<>(1 << placesLog2);
        this.mask = (1 << placesLog2) - 1;
    }

    /// The instance that stands for this value, if there is one.
    Optional<T> known(T value) {
        T known = places.getAcquire(place(value));
        return value.equals(known) ? Optional.of(known) : Optional.empty();
    }

    private int place(T value) {
        int hash = value.hashCode();
        return (hash ^ (hash >>> 15)) & mask;
    }

    T intern(T value) {
        int place = place(value);
        T known = places.getAcquire(place);
        if (value.equals(known)) {
            return known;
        }
        places.setRelease(place, value);
        return value;
    }
}
