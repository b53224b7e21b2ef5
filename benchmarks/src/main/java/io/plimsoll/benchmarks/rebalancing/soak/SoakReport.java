package io.plimsoll.benchmarks.rebalancing.soak;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/// What the witness has seen, held against what plans say.
///
/// @param others the uids of pods that the other descheduler may have evicted
/// @param requests ours, as the API server has logged them
/// @param agrees whether the witness knows the very pods that a list tells at the end
record SoakReport(
        Witness witness,
        Set<String> others,
        EvictionRequests requests,
        List<String> faults,
        int heated,
        boolean agrees) {

    /// An eviction of ours, as it was seen and as it is recorded.
    private record Moved(Witness.Eviction seen, Witness.Recorded said) {}

    void print(PrintStream out) {
        var ours = new ArrayList<Moved>();
        int byOthers = 0;
        var unrecorded = new ArrayList<String>();
        for (var eviction : witness.evictions()) {
            var said = witness.recorded(eviction.pod.uid());
            boolean isOthers = others.contains(eviction.pod.uid());
            if (said.isPresent() && !(isOthers && said.get().phase().equals("Refused"))) {
                ours.add(new Moved(eviction, said.get()));
            } else if (isOthers) {
                byOthers++;
            } else {
                unrecorded.add(eviction.pod.name());
            }
        }
        out.println();
        out.println("| the witness | |");
        out.println("|---|---|");
        row(out, "events of pods, budgets and plans", witness.events());
        row(out, "watches that ended, events not understood", witness.gaps().size());
        row(out, "knows the very pods that a list tells at the end", agrees ? "yes" : "NO");
        row(
                out,
                "evictions seen, of these the other descheduler's",
                witness.evictions().size() + ", " + byOthers);
        row(
                out,
                "moments at which an eviction left a budget or workload below its minimum",
                witness.breaches().size());
        row(out, "the same by pods that went otherwise", witness.otherDrops().size());
        row(
                out,
                "budgets told to be overdrawn by the disruption controller",
                witness.overdrawn().size());
        row(out, "evictions without a record", unrecorded.size());
        row(
                out,
                "evictions before their record",
                ours.stream()
                        .filter(one ->
                                one.said().evictingVersion() > one.seen().pod.version())
                        .count());
        row(out, "pods whose eviction was taken twice", requests.takenTwice().size());
        row(out, "most pods of a workload away at one time", witness.mostAway());
        row(out, "nodes heated", heated);
        out.println();
        moves(out, ours);
        out.println();
        out.println("Requests of Plimsoll for evictions, by answer: " + requests.answers());
        out.println();
        faults.forEach(fault -> out.println("- " + fault));
        out.println();
        witness.plans().forEach((plan, state) -> out.println("- " + plan + ": " + state));
        list(out, "Below the minimum", witness.breaches());
        list(out, "Below the minimum otherwise", witness.otherDrops());
        list(out, "Overdrawn", witness.overdrawn());
        list(out, "Without a record", unrecorded);
        list(out, "Gaps", witness.gaps());
    }

    private void moves(PrintStream out, List<Moved> ours) {
        var landings = new TreeMap<String, Integer>();
        var differing = new ArrayList<String>();
        for (var one : ours) {
            var where = where(one);
            landings.merge(where, 1, Integer::sum);
            if (!one.said().landedOn().isEmpty()
                    && one.seen().isAlone
                    && !one.said().landedOn().equals(one.seen().landedOn)) {
                differing.add(one.seen().pod.name() + " is recorded on "
                        + one.said().landedOn() + ", seen on " + one.seen().landedOn);
            }
        }
        var phases = new TreeMap<String, Integer>();
        var findings = new TreeMap<String, Integer>();
        var why = new TreeMap<String, Integer>();
        for (var said : witness.recorded()) {
            phases.merge(said.phase(), 1, Integer::sum);
            if (!said.finding().isEmpty()) {
                findings.merge(said.finding(), 1, Integer::sum);
            }
            if (List.of("Skipped", "Refused", "Lost").contains(said.phase())) {
                why.merge(
                        said.phase() + ": " + said.message().replaceAll("[0-9]+|[a-z0-9-]+/w\\S*", "…"),
                        1,
                        Integer::sum);
            }
        }
        int helped = findings.getOrDefault("Helped", 0);
        int inPart = findings.getOrDefault("HelpedInPart", 0);
        int known = helped + inPart + findings.getOrDefault("DidNotHelp", 0);
        out.println("| moves | |");
        out.println("|---|---|");
        row(out, "evicted", ours.size());
        landings.forEach((where, count) ->
                row(out, "replacement " + where + ", as the witness saw it", count + share(count, ours.size())));
        row(out, "recorded on another node than seen", differing.size());
        row(
                out,
                "helped after five minutes, of those of which it is known",
                helped + " of " + known + share(helped, known));
        row(out, "helped in part", inPart + " of " + known + share(inPart, known));
        phases.forEach((phase, count) -> row(out, "recorded as " + phase, count));
        out.println();
        out.println("| not moved after all | |");
        out.println("|---|---|");
        why.forEach((words, count) -> row(out, words, count));
        list(out, "Recorded elsewhere", differing);
    }

    private static String where(Moved one) {
        var node = one.seen().landedOn;
        if (!one.seen().isAlone) {
            return "cannot be told: two were awaited at one time";
        }
        if (node.isEmpty()) {
            return "has no node";
        }
        if (node.equals(one.said().from())) {
            return "came back";
        }
        return node.equals(one.said().to()) ? "as planned" : "elsewhere";
    }

    private static String share(int count, int of) {
        return of == 0 ? "" : String.format(Locale.ROOT, " (%.1f %%)", 100.0 * count / of);
    }

    private static void row(PrintStream out, String name, Object value) {
        out.println("| " + name + " | " + value + " |");
    }

    private static void list(PrintStream out, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            out.println();
            out.println(title + ":");
            lines.stream().limit(50).forEach(line -> out.println("- " + line));
        }
    }
}
