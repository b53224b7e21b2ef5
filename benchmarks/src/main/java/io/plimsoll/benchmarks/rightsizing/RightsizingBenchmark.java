package io.plimsoll.benchmarks.rightsizing;

import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.HighWaterRecommender;
import io.plimsoll.model.recommendation.HighWaterRecommender.Margins;
import io.plimsoll.model.recommendation.PercentileRecommender;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceSizing;
import io.plimsoll.model.recommendation.VpaCompatRecommender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Replays what real containers used, and says how well each rule's requests fitted: slack, shortage, changes a
/// day.
///
/// Arguments: the folder of the traces, and `choose` to compare settings of the default recommender on the half of
/// the traces that is for choosing. Prints Markdown.
public final class RightsizingBenchmark {

    private static final ContainerSizing DEFAULT = ContainerSizing.DEFAULT;

    private final TraceFolder folder;

    private RightsizingBenchmark(TraceFolder folder) {
        this.folder = folder;
    }

    public static void main(String[] arguments) throws IOException {
        var benchmark = new RightsizingBenchmark(new TraceFolder(Path.of(arguments[0])));
        if (arguments.length > 1 && arguments[1].equals("choose")) {
            benchmark.choose();
            benchmark.chooseMemory();
        } else {
            benchmark.compare();
        }
    }

    // Comparison

    private void compare() throws IOException {
        table("Alibaba container (VASIM), CPU, 1 min", cpuRules(), folder.vasim());
        table("Crane, CPU, 1 min, the half for choosing", cpuRules(), half(folder.crane(), 0));
        table("Crane, CPU, 1 min, the other half", cpuRules(), half(folder.crane(), 1));
        table("Kruize, CPU, 15 min (for choosing)", cpuRules(), List.of(folder.kruize(ResourceKind.CPU)));
        late();
        for (var week : folder.bitbrainsWeeks()) {
            means("Bitbrains " + week + ", CPU, 5 min", cpuRules(), folder.bitbrains(week, ResourceKind.CPU));
        }
        table("Kruize, memory, 15 min", memoryRules(), List.of(folder.kruize(ResourceKind.MEMORY)));
        for (var week : folder.bitbrainsWeeks()) {
            means("Bitbrains " + week + ", memory, 5 min", memoryRules(), folder.bitbrains(week, ResourceKind.MEMORY));
        }
    }

    private static List<Rule> cpuRules() {
        var rules = new ArrayList<Rule>();
        rules.add(new PlimsollRule("**high-water (default)**", new HighWaterRecommender(), DEFAULT));
        rules.add(new PlimsollRule("high-water, p90", new HighWaterRecommender(), cpu(0.9, 1.25)));
        rules.add(new PlimsollRule("percentile p95 x 1.15", new PercentileRecommender(), cpu(0.95, 1.15)));
        rules.add(new PlimsollRule("vpa-compat", new VpaCompatRecommender(), DEFAULT));
        rules.addAll(PeerRules.of(ResourceKind.CPU));
        rules.addAll(PeerRules.oracles(ResourceKind.CPU));
        return rules;
    }

    private static List<Rule> memoryRules() {
        var rules = new ArrayList<Rule>();
        rules.add(new PlimsollRule("**peaks x 1.2 (default)**", new HighWaterRecommender(), DEFAULT));
        rules.add(new PlimsollRule("vpa-compat", new VpaCompatRecommender(), DEFAULT));
        rules.addAll(PeerRules.of(ResourceKind.MEMORY));
        rules.addAll(PeerRules.oracles(ResourceKind.MEMORY));
        return rules;
    }

    /// One column a trace, in each slack / short / changes a day.
    private static void table(String title, List<Rule> rules, List<Trace> traces) {
        System.out.println("\n### " + title + "\n");
        System.out.println("| rule | "
                + String.join(" | ", traces.stream().map(Trace::name).toList()) + " |");
        System.out.println("|---|" + "---|".repeat(traces.size()));
        var scores = scores(rules, traces);
        scores.forEach((rule, row) -> System.out.println("| " + rule + " | "
                + String.join(
                        " | ", row.stream().map(RightsizingBenchmark::cell).toList()) + " |"));
        for (int i = 0; i < traces.size(); i++) {
            reportFront(scores, i, traces.get(i).name());
        }
    }

    private static void reportFront(Map<String, List<Score>> scores, int trace, String name) {
        var ours = scores.values().iterator().next().get(trace);
        scores.forEach((rule, row) -> {
            if (isPeer(rule) && row.get(trace).dominates(ours)) {
                System.out.println("\n" + name + ": " + rule + " has both less slack and less shortage.");
            }
        });
    }

    /// Means over many traces, and on how many of them each peer has both less slack and less shortage than ours.
    private static void means(String title, List<Rule> rules, List<Trace> traces) {
        System.out.println("\n### " + title + ", " + traces.size() + " machines\n");
        System.out.println("| rule | slack % | short % | changes a day | machines ever short | episodes a machine"
                + " | beats ours in both | is beaten in both |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        var scores = scores(rules, traces);
        var ours = scores.values().iterator().next();
        scores.forEach((rule, row) -> System.out.println(meanRow(rule, row, ours)));
        reportStatic(scores);
    }

    private static String meanRow(String rule, List<Score> row, List<Score> ours) {
        var mean = Score.mean(row);
        long everShort = row.stream().filter(score -> score.episodes() > 0).count();
        int beats = 0;
        int beaten = 0;
        for (int i = 0; i < row.size(); i++) {
            beats += row.get(i).dominates(ours.get(i)) ? 1 : 0;
            beaten += ours.get(i).dominates(row.get(i)) ? 1 : 0;
        }
        return String.format(
                Locale.ROOT,
                "| %s | %.1f | %.3f | %.1f | %d | %.1f | %d | %d |",
                rule,
                mean.slackPercent(),
                mean.shortPercent(),
                mean.changesADay(),
                everShort,
                mean.episodes(),
                beats,
                beaten);
    }

    /// On the machines on which a static p99 is never short, is ours?
    private static void reportStatic(Map<String, List<Score>> scores) {
        var oracle = scores.get("oracle static p99");
        if (oracle == null) {
            return;
        }
        var ours = scores.values().iterator().next();
        int calm = 0;
        int killed = 0;
        for (int i = 0; i < oracle.size(); i++) {
            if (oracle.get(i).episodes() == 0) {
                calm++;
                killed += ours.get(i).episodes() > 0 ? 1 : 0;
            }
        }
        System.out.println(
                "\nA static p99 is never short on " + calm + " machines; ours is short on " + killed + " of these.");
    }

    private static Map<String, List<Score>> scores(List<Rule> rules, List<Trace> traces) {
        var scores = new LinkedHashMap<String, List<Score>>();
        for (var rule : rules) {
            scores.put(rule.name(), scores(rule, traces));
        }
        return scores;
    }

    private static List<Score> scores(Rule rule, List<Trace> traces) {
        return traces.parallelStream()
                .map(trace -> Score.of(trace, rule.requests(trace)))
                .toList();
    }

    private static boolean isPeer(String rule) {
        return PeerRules.of(ResourceKind.CPU).stream()
                        .anyMatch(peer -> peer.name().equals(rule))
                || PeerRules.of(ResourceKind.MEMORY).stream()
                        .anyMatch(peer -> peer.name().equals(rule));
    }

    private static String cell(Score score) {
        return String.format(
                Locale.ROOT, "%.1f / %.3f / %.1f", score.slackPercent(), score.shortPercent(), score.changesADay());
    }

    /// What lateness costs: metrics and resizes take their time, and policies have cooldowns.
    private void late() throws IOException {
        var recommender = new HighWaterRecommender();
        var rules = new ArrayList<Rule>();
        for (int late : new int[] {0, 1, 2, 5, 10}) {
            rules.add(new PlimsollRule((late + 1) + " min late", recommender, DEFAULT, late, 0));
        }
        for (int cooldown : new int[] {5, 15, 60}) {
            rules.add(new PlimsollRule("cooldown of " + cooldown + " min", recommender, DEFAULT, 0, cooldown));
        }
        var container = folder.vasim();
        System.out.println("\n### What lateness costs the default: the Alibaba container, means over Crane's series\n");
        System.out.println("| | Alibaba | Crane |");
        System.out.println("|---|---|---|");
        var crane = scores(rules, folder.crane());
        scores(rules, container)
                .forEach((rule, row) -> System.out.println("| " + rule + " | " + cell(Score.mean(row)) + " | "
                        + cell(Score.mean(crane.getOrDefault(rule, List.of()))) + " |"));
    }

    // Choice

    /// All settings on the half for choosing, Kruize's series with Crane's; the one that is least idle among those
    /// that are on every front, short for at most 0.2 % and changed at most 10 times a day.
    private void choose() throws IOException {
        var traces = new ArrayList<>(half(folder.crane(), 0));
        traces.add(folder.kruize(ResourceKind.CPU));
        var peers = scores(PeerRules.of(ResourceKind.CPU), traces);
        var fit = new ArrayList<String>();
        var rules = settings();
        for (var rule : rules) {
            var row = scores(rule, traces);
            var mean = Score.mean(row);
            if (onFront(row, peers) == row.size() && mean.shortPercent() <= 0.2 && mean.changesADay() <= 10) {
                fit.add(cell(mean) + " | " + rule.name());
            }
        }
        System.out.println(fit.size() + " of " + rules.size() + " settings are fit; least idle first:\n");
        System.out.println("| slack / short / changes a day | setting |\n|---|---|");
        fit.stream().sorted().limit(10).forEach(line -> System.out.println("| " + line + " |"));
    }

    /// Margins and days of peaks, by means over each half of the machines of all weeks.
    private void chooseMemory() throws IOException {
        var machines = new ArrayList<Trace>();
        for (var week : folder.bitbrainsWeeks()) {
            machines.addAll(folder.bitbrains(week, ResourceKind.MEMORY));
        }
        var rules = memorySettings();
        var chosenBy = scores(rules, half(machines, 0));
        var others = scores(rules, half(machines, 1));
        System.out.println(
                "\n| setting | the half for choosing: slack / short / changes a day, episodes | the other |");
        System.out.println("|---|---|---|");
        chosenBy.forEach((rule, row) -> System.out.println("| " + rule + " | " + withEpisodes(row) + " | "
                + withEpisodes(others.getOrDefault(rule, List.of())) + " |"));
    }

    private static String withEpisodes(List<Score> row) {
        var mean = Score.mean(row);
        return cell(mean) + String.format(Locale.ROOT, ", %.2f", mean.episodes());
    }

    private static List<Rule> memorySettings() {
        var rules = new ArrayList<Rule>();
        for (int days : new int[] {1, 2, 4, 8}) {
            for (double factor : new double[] {1.05, 1.1, 1.15, 1.2, 1.3, 1.4}) {
                var memory = DEFAULT.memory();
                var sizing = new ContainerSizing(
                        DEFAULT.cpu(),
                        new ResourceSizing(memory.percentile(), factor, memory.min(), memory.max(), memory.change()),
                        DEFAULT.memoryRule(),
                        DEFAULT.limits(),
                        DEFAULT.confidenceMin(),
                        Duration.ofDays(days).toMillis());
                var name = String.format(Locale.ROOT, "peaks of %d d x %.2f", days, factor);
                rules.add(new PlimsollRule(name, new HighWaterRecommender(), sizing));
            }
        }
        return rules;
    }

    private static int onFront(List<Score> row, Map<String, List<Score>> peers) {
        int count = 0;
        for (int i = 0; i < row.size(); i++) {
            int trace = i;
            boolean isDominated =
                    peers.values().stream().anyMatch(peer -> peer.get(trace).dominates(row.get(trace)));
            count += isDominated ? 0 : 1;
        }
        return count;
    }

    private static List<Rule> settings() {
        var rules = new ArrayList<Rule>();
        for (double p : new double[] {0.5, 0.75, 0.9}) {
            for (double level : new double[] {0.7, 0.8, 0.9, 1}) {
                for (double factor : new double[] {1.15, 1.2, 1.25, 1.3}) {
                    margins(level).forEach(margins -> rules.add(rule(margins, p, factor)));
                }
            }
        }
        return rules;
    }

    private static List<Margins> margins(double level) {
        var all = new ArrayList<Margins>();
        for (int minutes : new int[] {30, 60}) {
            for (double near : new double[] {1.05, 1.1}) {
                for (double keep : new double[] {1.1, 1.15, 1.2, 1.25}) {
                    all.add(new Margins(minutes * 60_000L, near, keep, level));
                }
            }
        }
        return all;
    }

    private static Rule rule(Margins margins, double p, double factor) {
        var name = String.format(
                Locale.ROOT,
                "p%.0f x %.1f, factor %.2f, mark %d min, near %.2f, keep %.2f",
                100 * p,
                margins.level(),
                factor,
                margins.markMillis() / 60_000,
                margins.near(),
                margins.keep());
        return new PlimsollRule(name, new HighWaterRecommender(margins), cpu(p, factor));
    }

    private static ContainerSizing cpu(double p, double factor) {
        var cpu = DEFAULT.cpu();
        return new ContainerSizing(
                new ResourceSizing(p, factor, cpu.min(), cpu.max(), cpu.change()),
                DEFAULT.memory(),
                DEFAULT.memoryRule(),
                DEFAULT.limits(),
                DEFAULT.confidenceMin());
    }

    private static List<Trace> half(List<Trace> traces, int which) {
        var half = new ArrayList<Trace>();
        for (int i = which; i < traces.size(); i += 2) {
            half.add(traces.get(i));
        }
        return half;
    }
}
