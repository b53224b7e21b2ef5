package io.plimsoll.app.demo;

import io.plimsoll.app.demo.Explanation.Candidate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Draws a state as lines of text. Pure: the same state, width and look give the same lines.
final class DemoFrame {

    private static final int LABEL = 26;
    private static final int COLUMN = 20;
    private static final int BAR = 40;
    private static final int DIFFERENCES_SHOWN = 3;
    private static final Duration REAL_TIME_MAX = Duration.ofMinutes(10);

    private final int width;
    private final Look look;

    DemoFrame(int width, Look look) {
        this.width = Math.max(60, width);
        this.look = look;
    }

    List<String> lines(DemoState state) {
        var lines = new ArrayList<String>();
        lines.add("Plimsoll demo   " + state.settings().nodes() + " nodes of 4 cores, "
                + state.settings().pods() + " pods, the same on both sides (seed "
                + state.settings().seed() + ")");
        lines.add(progress(state));
        lines.add("");
        lines.add(String.format(
                "%-" + LABEL + "s%" + COLUMN + "s%" + COLUMN + "s",
                "",
                state.left().title(),
                state.right().title()));
        table(lines, state);
        lines.add("");
        lines.add("load of the busiest node in each group, the larger of CPU and memory" + look.legend());
        lines.add(strip(state.left()));
        lines.add(strip(state.right()));
        lines.add("");
        state.explanation().ifPresent(explanation -> lines.addAll(words(explanation)));
        lines.replaceAll(this::clipped);
        return lines;
    }

    /// What remains to be said at the end, better or worse.
    List<String> summary(DemoState state) {
        var left = state.left();
        var right = state.right();
        var lines = new ArrayList<>(List.of(
                "Hot-node minutes: " + whole(left.hotNodeMinutes()) + " by requests only, "
                        + whole(right.hotNodeMinutes()) + " with Plimsoll"
                        + change(left.hotNodeMinutes(), right.hotNodeMinutes()) + ".",
                "Core-minutes that pods wanted and did not get: " + whole(left.starvedCoreMinutes()) + " and "
                        + whole(right.starvedCoreMinutes())
                        + change(left.starvedCoreMinutes(), right.starvedCoreMinutes()) + "."));
        if (left.podsPerSecond() > 0) {
            lines.add("The price: a placement took " + time(right.podsPerSecond()) + " instead of "
                    + time(left.podsPerSecond()) + " in this simulated scheduler, both HTTP calls included.");
        }
        return lines;
    }

    private static void table(List<String> lines, DemoState state) {
        var left = state.left();
        var right = state.right();
        lines.add(row("hot nodes now", left.hotNow() + "", right.hotNow() + ""));
        lines.add(row("hot-node minutes", whole(left.hotNodeMinutes()), whole(right.hotNodeMinutes())));
        lines.add(row("core-minutes starved", whole(left.starvedCoreMinutes()), whole(right.starvedCoreMinutes())));
        lines.add(row("nodes in use", left.nodesUsed() + "", right.nodesUsed() + ""));
        lines.add(row("pods placed", left.placed() + "", right.placed() + ""));
        lines.add(row("pods without a node", left.waiting() + "", right.waiting() + ""));
        if (left.podsPerSecond() > 0) {
            lines.add(row("pods placed a second", whole(left.podsPerSecond()), whole(right.podsPerSecond())));
        }
        var answers = state.answers();
        lines.add(row(
                left.podsPerSecond() > 0 ? "both answers p50, p99" : "one answer p50, p99",
                "-",
                String.format(Locale.ROOT, "%.2f, %.2f ms", answers.p50Millis(), answers.p99Millis())));
        lines.add(row("answers not usable", "-", answers.neutral() + ""));
    }

    private static String row(String label, String left, String right) {
        return String.format("%-" + LABEL + "s%" + COLUMN + "s%" + COLUMN + "s", label, left, right);
    }

    /// A line that wrapped would spoil the redrawing, which is a terminal's; those with colours fit by themselves.
    private String clipped(String line) {
        boolean isWhole = look == Look.PLAIN || line.length() <= width || line.indexOf('\u001b') >= 0;
        return isWhole ? line : line.substring(0, width);
    }

    private static String progress(DemoState state) {
        int full = (int) (BAR * state.progress());
        return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] "
                + String.format(Locale.ROOT, "%3.0f %%", 100 * state.progress())
                + "   " + time(state) + "   " + state.arrived() + " pods have come";
    }

    /// A race in real time takes minutes, a simulated one hours.
    private static String time(DemoState state) {
        var elapsed = state.elapsed();
        return state.length().compareTo(REAL_TIME_MAX) < 0
                ? elapsed.toSeconds() + " s"
                : elapsed.toHours() + " h " + elapsed.toMinutesPart() + " min simulated";
    }

    private String strip(SideState side) {
        int room = width - LABEL;
        int nodes = side.loads().size();
        int groups = Math.min(room, nodes);
        var strip = new StringBuilder(String.format("%-" + LABEL + "s", side.title()));
        for (int group = 0; group < groups; group++) {
            var members = side.loads().subList(group * nodes / groups, (group + 1) * nodes / groups);
            strip.append(
                    look.mark(members.stream().mapToDouble(load -> load).max().orElse(0)));
        }
        return strip.toString();
    }

    private static List<String> words(Explanation explanation) {
        return List.of(
                "One decision: " + explanation.pod() + " asks for " + explanation.asks() + "; "
                        + explanation.candidates() + " nodes were left to choose from.",
                "  best by requests:  " + candidate(explanation.byRequests()),
                "  where it went:     " + candidate(explanation.chosen()),
                "  points of 100 each: " + differences(explanation));
    }

    private static String candidate(Candidate candidate) {
        var verdict = candidate.score().map(score -> "Plimsoll gave it " + score + " of 10");
        return candidate.node() + ", predicted CPU " + percent(candidate.cpuShare()) + ", memory "
                + percent(candidate.memoryShare()) + "; " + verdict.orElse("Plimsoll refused it");
    }

    /// The parts of the score that differ most between the two nodes, with both values.
    private static String differences(Explanation explanation) {
        var before = explanation.byRequests().parts();
        var after = explanation.chosen().parts();
        return after.keySet().stream()
                .filter(before::containsKey)
                .sorted(Comparator.comparingDouble(part -> -Math.abs(value(after, part) - value(before, part))))
                .limit(DIFFERENCES_SHOWN)
                .map(part -> part + " " + whole(value(before, part)) + " and " + whole(value(after, part)))
                .collect(Collectors.joining(", "));
    }

    private static double value(Map<String, Double> parts, String part) {
        return parts.getOrDefault(part, 0.0);
    }

    private static String change(double before, double after) {
        // Amounts that are shown as 0 have no change to be shown.
        if (before < 0.5) {
            return "";
        }
        // Rounded towards none: what is left over must not read as nothing.
        int percent = (int) Math.abs(100 * (after - before) / before);
        return " (" + percent + " % " + (after <= before ? "less" : "more") + ")";
    }

    private static String percent(double share) {
        return whole(100 * share) + " %";
    }

    private static String whole(double number) {
        return String.format(Locale.ROOT, "%.0f", number);
    }

    private static String time(double podsPerSecond) {
        return podsPerSecond == 0 ? "-" : String.format(Locale.ROOT, "%.2f ms", 1000 / podsPerSecond);
    }
}
