package io.plimsoll.testbed.simulation;

/// Numbers that look random and depend on nothing but a seed and where they are asked for.
///
/// Stateless, unlike a generator: what one pod draws never depends on how many others have drawn before, so two
/// clusters that place the same pods differently still see the same noise. The mixing is the finalizer of SplitMix64.
public final class SeededNoise {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private SeededNoise() {}

    /// A number from 0 (inclusive) to 1 (exclusive) for the `index`-th place of the stream that `seed` names.
    public static double unit(long seed, long index) {
        return (mix(seed * GOLDEN + mix(index + GOLDEN)) >>> 11) * 0x1.0p-53;
    }

    /// The same for a place that has a name.
    public static double unit(long seed, String place) {
        return unit(seed, named(place));
    }

    /// The number of a stream with a name.
    public static long named(String name) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
