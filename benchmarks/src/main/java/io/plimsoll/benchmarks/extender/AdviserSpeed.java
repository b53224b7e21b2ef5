package io.plimsoll.benchmarks.extender;

import io.plimsoll.extender.decision.Adviser;
import io.plimsoll.extender.decision.DecisionSettings;
import io.plimsoll.extender.decision.Verb;
import io.plimsoll.extender.wire.ExtenderArgs;
import io.plimsoll.extender.wire.ReplyBuffer;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.move.Reservations;
import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.placement.Circumstances;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.regime.RegimeKind;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;

/// Times what is ours of a call, from the bytes of a request to the bytes of a reply, on one thread and without a
/// network: median, 99th percentile and bytes allocated. With the serial collector, as the service runs (with G1 the
/// compiler makes code of half that speed of the loop over the nodes).
public final class AdviserSpeed {

    private static final int CALLS_MAX = 2_000_000;
    private static final int NODES = 5_000;
    private static final long NOW_MILLIS = 1_800_000_000_000L;

    private final ClusterImage image = new SyntheticCluster(NODES, 150_000, NOW_MILLIS).image();
    private final ReplyBuffer reply = new ReplyBuffer();
    private final Adviser adviser = adviser(Company.UNKNOWN);
    private final Adviser informed = adviser(Company.of(Neighbours.NONE, image, NOW_MILLIS));

    private AdviserSpeed() {}

    private Adviser adviser(Company company) {
        var circumstances = new Circumstances(company, RegimeKind.UNKNOWN);
        return new Adviser(
                () -> image,
                () -> circumstances,
                () -> Reservations.NONE,
                PlacementConfig.DEFAULT,
                new DecisionSettings(5_000, 60_000, false),
                opinion -> {},
                InstantSource.fixed(Instant.ofEpochMilli(NOW_MILLIS)),
                System::nanoTime);
    }

    public static void main(String[] arguments) {
        new AdviserSpeed().run(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5);
    }

    private void run(int seconds) {
        System.out.println("| | median us | p99 us | allocated |\n|---|---:|---:|---:|");
        measure("500 names", Bodies.names(500), seconds);
        measure("5,000 names", Bodies.names(NODES), seconds);
        measure("500 whole nodes", Bodies.wholeNodes(500), seconds);
    }

    private void measure(String label, byte[] body, int seconds) {
        var args = new ExtenderArgs();
        time("read " + label, seconds, () -> args.read(body, body.length, image.nodeTable()));
        time("read pod of " + label, seconds, args::pod);
        for (var verb : new Verb[] {Verb.FILTER, Verb.PRIORITIZE}) {
            time(verb.label() + " " + label, seconds, () -> adviser.answer(verb, body, body.length, reply));
        }
        time(
                "prioritize " + label + ", neighbours known",
                seconds,
                () -> informed.answer(Verb.PRIORITIZE, body, body.length, reply));
    }

    private static void time(String label, int seconds, Runnable call) {
        repeat(seconds, call, new long[CALLS_MAX]);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] all = new long[CALLS_MAX];
        long before = threads.getCurrentThreadAllocatedBytes();
        int calls = repeat(seconds, call, all);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        long[] nanos = Arrays.copyOf(all, calls);
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %,d B |%n",
                label,
                nanos[nanos.length / 2] / 1e3,
                nanos[nanos.length * 99 / 100] / 1e3,
                bytes / calls);
    }

    private static int repeat(int seconds, Runnable call, long[] nanos) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        int count = 0;
        for (long start = System.nanoTime(); start < end && count < nanos.length; count++) {
            call.run();
            long now = System.nanoTime();
            nanos[count] = now - start;
            start = now;
        }
        return count;
    }
}
