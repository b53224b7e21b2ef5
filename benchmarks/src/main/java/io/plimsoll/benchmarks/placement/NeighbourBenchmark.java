package io.plimsoll.benchmarks.placement;

import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.neighbour.NeighbourLedger;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.ScorePart;
import io.plimsoll.model.placement.Shares;
import java.util.EnumMap;
import java.util.Locale;

/// Where the next pods go when it is known who hurts, and who waits how long because of it: a day to learn, then
/// pods of the three antagonists or of their victims, one every five minutes, then six hours that count. Run without
/// new pods, with the standard score but for neighbour fit, and with it.
///
/// Where the pressure of some nodes is not measured, it is also told how many of the new pods went to these.
///
/// With a fifth argument workloads do not wait alike under the same pressure, and it is compared what knowing how long
/// each waits is worth; all with neighbour fit.
///
/// Arguments: seeds, nodes, new pods, of how many nodes one's pressure is not measured (0: all are), anything.
public final class NeighbourBenchmark {

    private static final int PAUSE_MINUTES = 5;
    private static final int COUNTED_MINUTES = 6 * 60;

    private enum Way {
        NONE_PLACED,
        WITHOUT,
        WITH,
        /// Where workloads do not wait alike, and nothing tells how long each does.
        SENSITIVITY_UNTOLD,
        SENSITIVITY_TOLD
    }

    private enum Whose {
        ANTAGONISTS,
        VICTIMS
    }

    private final int seeds;
    private final int nodes;
    private final int added;
    private final int unmeasuredOneIn;
    /// With the part, the new pods that went to nodes whose pressure is not measured.
    private int unmeasured;

    private NeighbourBenchmark(int seeds, int nodes, int added, int unmeasuredOneIn) {
        this.seeds = seeds;
        this.nodes = nodes;
        this.added = added;
        this.unmeasuredOneIn = unmeasuredOneIn;
    }

    public static void main(String[] args) {
        var benchmark = new NeighbourBenchmark(
                number(args, 0, 12), number(args, 1, 20), number(args, 2, 12), number(args, 3, 0));
        if (args.length > 4) {
            benchmark.placeWhereNotAllWaitAlike(Whose.ANTAGONISTS);
            benchmark.placeWhereNotAllWaitAlike(Whose.VICTIMS);
        } else {
            benchmark.placeAntagonists();
            benchmark.placeVictims();
        }
    }

    private static int number(String[] args, int at, int otherwise) {
        return args.length > at ? Integer.parseInt(args[at]) : otherwise;
    }

    private void placeAntagonists() {
        System.out.println("| seed | victims wait: no new pods | antagonists placed without the part | with it |"
                + " added by them, with / without |\n|---|---|---|---|---|");
        double allBefore = 0;
        double allWithout = 0;
        double allWith = 0;
        for (int seed = 1; seed <= seeds; seed++) {
            double before = run(seed, Whose.ANTAGONISTS, Way.NONE_PLACED);
            double without = run(seed, Whose.ANTAGONISTS, Way.WITHOUT);
            double with = run(seed, Whose.ANTAGONISTS, Way.WITH);
            row(String.valueOf(seed), before, without, with);
            allBefore += before / seeds;
            allWithout += without / seeds;
            allWith += with / seeds;
        }
        row("mean", allBefore, allWithout, allWith);
        tellUnmeasured();
    }

    private void tellUnmeasured() {
        if (unmeasuredOneIn > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "%n%.0f%% of the new pods went to nodes whose pressure is not measured%n",
                    100.0 * unmeasured / (seeds * added));
        }
        unmeasured = 0;
    }

    private static void row(String name, double before, double without, double with) {
        System.out.printf(
                Locale.ROOT,
                "| %s | %.2f%% | %.2f%% | %.2f%% | %.2f |%n",
                name,
                100 * before,
                100 * without,
                100 * with,
                (with - before) / (without - before));
    }

    private void placeVictims() {
        System.out.println("\n| seed | new victims wait: placed without the part | with it | with / without |\n"
                + "|---|---|---|---|");
        double allWithout = 0;
        double allWith = 0;
        for (int seed = 1; seed <= seeds; seed++) {
            double without = run(seed, Whose.VICTIMS, Way.WITHOUT);
            double with = run(seed, Whose.VICTIMS, Way.WITH);
            row(String.valueOf(seed), without, with);
            allWithout += without / seeds;
            allWith += with / seeds;
        }
        row("mean", allWithout, allWith);
        tellUnmeasured();
    }

    private void placeWhereNotAllWaitAlike(Whose whose) {
        System.out.printf(
                "%n| seed | %s placed, victims wait: sensitivities not told | told | told / not told |%n|---|---|---|---|%n",
                whose.name().toLowerCase(Locale.ROOT));
        double allUntold = 0;
        double allTold = 0;
        for (int seed = 1; seed <= seeds; seed++) {
            double untold = run(seed, whose, Way.SENSITIVITY_UNTOLD);
            double told = run(seed, whose, Way.SENSITIVITY_TOLD);
            row(String.valueOf(seed), untold, told);
            allUntold += untold / seeds;
            allTold += told / seeds;
        }
        row("mean", allUntold, allTold);
    }

    private static void row(String name, double without, double with) {
        System.out.printf(
                Locale.ROOT, "| %s | %.2f%% | %.2f%% | %.2f |%n", name, 100 * without, 100 * with, with / without);
    }

    /// Share of the time that a pod of the other workloads waits on average; one of those placed where they are.
    private double run(int seed, Whose whose, Way way) {
        var fleet = new NoisyFleet(seed, nodes, unmeasuredOneIn, told(way));
        var ledger = new NeighbourLedger();
        var placer = new Placer(config(way));
        int counted = whose == Whose.VICTIMS ? fleet.pods() : 0;
        int placed = 0;
        double waited = 0;
        int placedUntil = NoisyFleet.DAY_MINUTES + added * PAUSE_MINUTES;
        for (int minute = 0; minute < placedUntil + COUNTED_MINUTES; minute++) {
            fleet.advance();
            ledger.observe(fleet.image(), fleet.nowMillis());
            boolean isDue = minute >= NoisyFleet.DAY_MINUTES && minute % PAUSE_MINUTES == 0 && placed < added;
            if (isDue && way != Way.NONE_PLACED) {
                var pod = whose == Whose.VICTIMS ? fleet.nextVictim(placed) : fleet.nextAntagonist(placed);
                int node = place(fleet, ledger, placer, pod);
                unmeasured += way == Way.WITH && !fleet.isMeasured(node) ? 1 : 0;
            }
            placed += isDue ? 1 : 0;
            waited += minute >= placedUntil ? fleet.victimsWait(counted) : 0;
        }
        return waited / COUNTED_MINUTES;
    }

    private static int place(NoisyFleet fleet, NeighbourLedger ledger, Placer placer, PodSpec pod) {
        var image = fleet.image();
        var informed = placer.beside(Company.of(ledger.neighbours(fleet.nowMillis()), image, fleet.nowMillis()));
        var toPlace = PodToPlace.of(image, pod);
        var kept = informed.filter(image, Shares.NONE, toPlace, fleet.slots(), fleet.nowMillis())
                .kept();
        var scores = informed.rank(image, Shares.NONE, toPlace, kept, fleet.nowMillis())
                .scores();
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        fleet.bind(pod, kept[best]);
        return kept[best];
    }

    private static NoisyFleet.Told told(Way way) {
        return switch (way) {
            case NONE_PLACED, WITHOUT, WITH -> NoisyFleet.Told.ALIKE;
            case SENSITIVITY_UNTOLD -> NoisyFleet.Told.UNTOLD;
            case SENSITIVITY_TOLD -> NoisyFleet.Told.STALLS;
        };
    }

    private static PlacementConfig config(Way way) {
        var standard = PlacementConfig.DEFAULT;
        var weights = new EnumMap<>(standard.busy().weights());
        if (way == Way.WITHOUT) {
            weights.put(ScorePart.NEIGHBOUR_FIT, 0.0);
        }
        return new PlacementConfig(
                standard.busy().targetUtilization(),
                standard.cpuHot(),
                standard.memoryHot(),
                standard.memoryEvictShare(),
                standard.usageFreshMillis(),
                standard.usageExpiryMillis(),
                standard.keepLeastBad(),
                weights);
    }
}
