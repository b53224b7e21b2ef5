package io.plimsoll.testbed.simulation;

import java.time.Duration;

/// How much of one resource a pod wants over time, in that resource's unit (thousandths of a core, or bytes).
///
/// Pure: the same moment gives the same amount, wherever the pod runs.
public sealed interface UsageCurve {

    double at(Moment moment);

    /// The same amount always.
    record Constant(double amount) implements UsageCurve {
        @Override
        public double at(Moment moment) {
            return amount;
        }
    }

    /// A sine around `mean` with the given period: with 24 h, the wave of a service that people use by day.
    ///
    /// @param amplitude at most `mean`, so that it never falls below zero
    /// @param peakAt when the first crest comes, after the simulation's begin
    record Wave(double mean, double amplitude, Duration period, Duration peakAt) implements UsageCurve {
        public Wave {
            if (amplitude > mean) {
                throw new IllegalArgumentException("amplitude must not exceed mean " + mean + ": " + amplitude);
            }
        }

        @Override
        public double at(Moment moment) {
            double turns = (double) (moment.elapsedMillis() - peakAt.toMillis()) / period.toMillis();
            return mean + amplitude * Math.cos(2 * Math.PI * turns);
        }
    }

    /// `base`, and every so often `peak` for a while; the first burst begins `first` after the simulation's begin.
    record Burst(double base, double peak, Duration every, Duration lasts, Duration first) implements UsageCurve {
        @Override
        public double at(Moment moment) {
            long since = moment.elapsedMillis() - first.toMillis();
            return since >= 0 && since % every.toMillis() < lasts.toMillis() ? peak : base;
        }
    }

    /// From `from` at the pod's creation to `to` after `over`, and `to` from then on: a cache that fills, a leak.
    record Ramp(double from, double to, Duration over) implements UsageCurve {
        @Override
        public double at(Moment moment) {
            double part = Math.min(1, (double) moment.ageMillis() / over.toMillis());
            return from + (to - from) * part;
        }
    }

    /// Another curve times a factor from `1 - share` to `1 + share`, drawn anew every ten seconds from the seed.
    record Noisy(UsageCurve curve, double share, long seed) implements UsageCurve {
        private static final long HOLD_MILLIS = 10_000;

        public Noisy {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("share must be within 0 and 1: " + share);
            }
        }

        @Override
        public double at(Moment moment) {
            double draw = SeededNoise.unit(seed, moment.elapsedMillis() / HOLD_MILLIS);
            return curve.at(moment) * (1 + share * (2 * draw - 1));
        }
    }
}
