package io.plimsoll.benchmarks.regime;

import java.util.Random;

/// Made-up load without noise, by the hour of the week.
enum Shape {
    DAILY("daily") {
        @Override
        double at(double hourOfWeek) {
            return wave(hourOfWeek % 24);
        }
    },
    DAILY_QUIET_WEEKENDS("daily, quiet weekends") {
        @Override
        double at(double hourOfWeek) {
            return isWeekend(hourOfWeek) ? wave(2) : wave(hourOfWeek % 24);
        }
    },
    HUMPS_QUIET_WEEKENDS("two humps, quiet weekends") {
        @Override
        double at(double hourOfWeek) {
            double hour = hourOfWeek % 24;
            return isWeekend(hourOfWeek) ? 1 : 1 + 2 * (hump(hour - 10) + hump(hour - 19));
        }
    },
    FLAT("flat") {
        @Override
        double at(double hourOfWeek) {
            return 1;
        }
    };

    private static final double CPU_MILLIS = 1_000;
    private static final double NOISE = 0.35;
    private static final double OUTLIER_SHARE = 0.01;
    private static final double OUTLIER = 5;

    final String words;

    Shape(String words) {
        this.words = words;
    }

    abstract double at(double hourOfWeek);

    /// Four times as much at 14 h as at 2 h.
    private static double wave(double hour) {
        return Math.exp(Math.log(2) * Math.cos((hour - 14) * Math.PI / 12));
    }

    private static double hump(double hours) {
        return Math.exp(-hours * hours / (2 * 1.5 * 1.5));
    }

    private static boolean isWeekend(double hourOfWeek) {
        return hourOfWeek >= 5 * 24;
    }

    /// @param bin half hours since a Monday
    double load(int bin) {
        return CPU_MILLIS * at(bin / 2.0 % (7 * 24));
    }

    /// One half hour in a hundred is five times as busy, or as quiet.
    double noisy(int bin, Random random) {
        double load = load(bin) * Math.exp(NOISE * random.nextGaussian());
        return random.nextDouble() < OUTLIER_SHARE ? (random.nextBoolean() ? load * OUTLIER : load / OUTLIER) : load;
    }
}
