package io.plimsoll.app.demo;

import io.plimsoll.model.cluster.Resources;
import io.plimsoll.testbed.simulation.Demand;
import io.plimsoll.testbed.simulation.UsageCurve;
import io.plimsoll.testbed.simulation.UsageCurve.Burst;
import io.plimsoll.testbed.simulation.UsageCurve.Constant;
import io.plimsoll.testbed.simulation.UsageCurve.Noisy;
import io.plimsoll.testbed.simulation.UsageCurve.Ramp;
import io.plimsoll.testbed.simulation.UsageCurve.Wave;
import java.time.Duration;

/// What kind of workload a pod belongs to: how what it uses differs from what it asks for.
///
/// | | share | asks | uses |
/// |---|---|---|---|
/// | idle | 40 % | 500m, 1 GiB | 60m, 300 MiB |
/// | honest | 25 % | 500m, 1 GiB | 400m, 900 MiB |
/// | hungry | 20 % | 200m, 512 MiB | 500m to 1100m by the hour, 700 MiB |
/// | bursty | 10 % | 250m, 512 MiB | 150m, and 1500m for 6 of 40 minutes |
/// | swelling | 5 % | 250m, 512 MiB | 200m, 300 MiB growing to 3 GiB in two hours |
enum Temperament {
    IDLE("reports", 0.40, 500, 1024) {
        @Override
        Demand demand(long seed) {
            return noisy(new Constant(60), new Constant(300 * MIB), seed);
        }
    },
    HONEST("shop", 0.25, 500, 1024) {
        @Override
        Demand demand(long seed) {
            return noisy(new Constant(400), new Constant(900 * MIB), seed);
        }
    },
    HUNGRY("search", 0.20, 200, 512) {
        @Override
        Demand demand(long seed) {
            var cpu = new Wave(800, 300, Duration.ofHours(3), Duration.ofMinutes(100));
            return noisy(cpu, new Constant(700 * MIB), seed);
        }
    },
    BURSTY("import", 0.10, 250, 512) {
        @Override
        Demand demand(long seed) {
            var first = Duration.ofMinutes(Math.floorMod(seed, 40));
            var cpu = new Burst(150, 1500, Duration.ofMinutes(40), Duration.ofMinutes(6), first);
            return noisy(cpu, new Constant(400 * MIB), seed);
        }
    },
    SWELLING("cache", 0.05, 250, 512) {
        @Override
        Demand demand(long seed) {
            return noisy(new Constant(200), new Ramp(300 * MIB, 3072 * MIB, Duration.ofHours(2)), seed);
        }
    };

    private static final double MIB = 1L << 20;
    private static final double NOISE = 0.15;

    private final String workload;
    private final double share;
    private final long cpuMillis;
    private final long memoryBytes;

    Temperament(String workload, double share, long cpuMillis, long mebibytes) {
        this.workload = workload;
        this.share = share;
        this.cpuMillis = cpuMillis;
        this.memoryBytes = mebibytes << 20;
    }

    /// What a pod of it really uses; the seed gives it its own noise and hours.
    abstract Demand demand(long seed);

    String workload() {
        return workload;
    }

    Resources requests() {
        return new Resources(cpuMillis, memoryBytes);
    }

    /// The temperament that a number from 0 to 1 falls on.
    static Temperament drawn(double number) {
        double sum = 0;
        for (var temperament : values()) {
            sum += temperament.share;
            if (number < sum) {
                return temperament;
            }
        }
        return SWELLING;
    }

    private static Demand noisy(UsageCurve cpuMillis, UsageCurve memoryBytes, long seed) {
        return new Demand(new Noisy(cpuMillis, NOISE, seed), memoryBytes);
    }
}
