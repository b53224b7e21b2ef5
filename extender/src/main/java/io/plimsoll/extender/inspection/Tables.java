package io.plimsoll.extender.inspection;

import io.plimsoll.extender.inspection.NodeView.Spread;
import io.plimsoll.model.usage.SignalKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The views as text for terminals.
final class Tables {

    private Tables() {}

    static String nodes(List<NodeView> nodes) {
        var table =
                new Table("NODE", "READY", "CPU", "CPU PEAK", "MEMORY", "MEM PEAK", "PODS", "AGE", "FLAPS", "SCORE");
        for (var node : nodes) {
            long cpu = node.allocatable().cpuMillis();
            long memory = node.allocatable().memoryBytes();
            table.row(
                    node.name(),
                    node.readiness() + (node.unschedulable() ? ",cordoned" : ""),
                    percent(node.share(SignalKind.CPU_USAGE_MILLIS, cpu)),
                    percent((double) node.expectedPeak().cpuMillis() / Math.max(1, cpu)),
                    percent(node.share(SignalKind.MEMORY_WORKING_SET_BYTES, memory)),
                    percent((double) node.expectedPeak().memoryBytes() / Math.max(1, memory)),
                    node.pods() + "/" + node.allocatablePods(),
                    age(node.cpuAgeMillis()),
                    number(node.flapScore()),
                    number(node.score()));
        }
        return table.toString();
    }

    static String node(NodeView node) {
        var table = new Table("SIGNAL", "VALUE", "AGE", "SOURCE");
        node.signals()
                .forEach((name, signal) ->
                        table.row(name, number(signal.value()), age(signal.ageMillis()), signal.source()));
        return nodes(List.of(node)) + "\nfor any pod: " + parts(node.parts(), node.floor()) + "\n\n" + use(node) + "\n"
                + table;
    }

    private static String parts(Map<String, Double> parts, double floor) {
        return Stream.concat(
                        parts.entrySet().stream().map(part -> part.getKey() + "=" + Math.round(part.getValue())),
                        floor < 1 ? Stream.of("floor=" + number(floor)) : Stream.empty())
                .collect(Collectors.joining(" "));
    }

    /// What the node was measured to use and what its pods are expected to use, each as mean and deviation.
    private static Table use(NodeView node) {
        return new Table("USE", "CPU", "DEVIATION", "MEMORY", "DEVIATION")
                .row(use("measured", node.measuredCpuMillis(), node.measuredMemoryBytes()))
                .row(use(
                        "expected of pods",
                        Optional.of(node.expectedCpuMillis()),
                        Optional.of(node.expectedMemoryBytes())));
    }

    private static String[] use(String label, Optional<Spread> cpuMillis, Optional<Spread> memoryBytes) {
        return new String[] {
            label,
            cpuMillis.map(cpu -> millis(cpu.mean())).orElse("?"),
            cpuMillis.map(cpu -> millis(cpu.deviation())).orElse("?"),
            memoryBytes.map(memory -> mebibytes(memory.mean())).orElse("?"),
            memoryBytes.map(memory -> mebibytes(memory.deviation())).orElse("?")
        };
    }

    static String ranking(PodRanking ranking, int limit) {
        var table = new Table("RANK", "NODE", "SCORE", "VERDICT", "CPU", "MEMORY", "TRUST", "PARTS");
        ranking.nodes().stream()
                .limit(limit)
                .forEach(node -> table.row(
                        String.valueOf(node.rank()),
                        node.node()
                                + (ranking.currentNode()
                                                .filter(node.node()::equals)
                                                .isPresent()
                                        ? " *"
                                        : ""),
                        number(node.score()),
                        node.verdict(),
                        percent(node.predictedCpu()),
                        percent(node.predictedMemory()),
                        number(node.trust()),
                        parts(node.parts(), node.floor())));
        return "pod " + ranking.pod() + ", workload " + ranking.workload() + ", expected "
                + ranking.expected().cpuMillis() + "m CPU, "
                + (ranking.expected().memoryBytes() >> 20)
                + " MiB at its peak (confidence " + number(ranking.confidence()) + ")\n"
                + "on " + ranking.currentNode().orElse("no node") + " (*), best now "
                + ranking.best().orElse("no node") + target(ranking) + "\n"
                + ranking.whyNot().map(why -> why.answer() + "\n").orElse("")
                + ranking.moves().stream().map(told -> told + "\n").collect(Collectors.joining())
                + "\n" + table + neighbours(ranking, limit) + noTargets(ranking, limit);
    }

    private static String target(PodRanking ranking) {
        return isPlanned(ranking) ? ", and by a plan " + ranking.target().orElse("no node") : "";
    }

    /// Whether it is told where a plan would move it to: its own node is none of these.
    private static boolean isPlanned(PodRanking ranking) {
        return ranking.target().isPresent()
                || ranking.nodes().stream().anyMatch(node -> node.noTarget().isPresent());
    }

    private static String noTargets(PodRanking ranking, int limit) {
        var table = new Table("NODE", "NO PLAN WOULD MOVE IT THERE");
        var shown = ranking.nodes().stream()
                .limit(limit)
                .filter(node -> node.noTarget().isPresent())
                .toList();
        shown.forEach(node -> table.row(node.node(), node.noTarget().orElseThrow()));
        return shown.isEmpty() ? "" : "\n" + table;
    }

    private static String neighbours(PodRanking ranking, int limit) {
        var table = new Table("NODE", "NEIGHBOURS");
        var shown = ranking.nodes().stream()
                .limit(limit)
                .filter(node -> node.neighbours().isPresent())
                .toList();
        shown.forEach(node -> table.row(node.node(), node.neighbours().orElseThrow()));
        return shown.isEmpty() ? "" : "\n" + table;
    }

    static String decisions(List<DecisionView> decisions) {
        var table = new Table("AT", "VERB", "POD", "NODES", "REJECTED", "BEST", "SENT", "TOOK", "NEUTRAL", "WHY");
        for (var decision : decisions) {
            var best = decision.top().stream().findFirst();
            table.row(
                    decision.at().toString(),
                    decision.verb(),
                    decision.pod(),
                    String.valueOf(decision.candidates()),
                    String.valueOf(decision.rejectedNodes()),
                    best.map(top -> top.node() + "=" + number(top.score())).orElse("-"),
                    best.map(top -> String.valueOf(top.sent())).orElse("-"),
                    decision.tookMicros() + "us",
                    decision.neutral().orElse("-"),
                    decision.why());
        }
        return table.toString();
    }

    static String neighbours(NeighboursView neighbours) {
        var nodes = new Table("NODE", "WAITS FOR", "PRESSURE", "RISE", "READ FROM", "SINCE", "BECAUSE OF");
        for (var episode : neighbours.episodes()) {
            nodes.row(
                    episode.node(),
                    episode.contention(),
                    percent(episode.pressure()),
                    percent(episode.rise()),
                    episode.tier(),
                    episode.since().toString(),
                    because(episode));
        }
        var workloads = new Table(
                "WORKLOAD",
                "OF",
                "BAD NEIGHBOUR",
                "GRADE",
                "COEFFICIENT",
                "SIGNIFICANCE",
                "BLAMED",
                "NODES",
                "WORST",
                "SUFFERS");
        for (var workload : neighbours.workloads()) {
            workloads.row(
                    workload.workload(),
                    workload.contention(),
                    workload.accused() ? "yes" : "no",
                    workload.grade().orElse("?"),
                    number(workload.coefficient()),
                    number(workload.significance()),
                    number(workload.times()),
                    String.valueOf(workload.nodes()),
                    number(workload.worstHarm()),
                    workload.sensitivity().map(times -> number(times) + "x").orElse("?"));
        }
        return (neighbours.episodes().isEmpty() ? "no node is under more pressure than usual\n" : nodes) + "\n"
                + workloads;
    }

    static String regime(RegimeInspection regime) {
        var table = new Table("OF", "REGIME", "CONFIDENCE", "SINCE", "UNTIL", "BECAUSE");
        table.row(state("the cluster", regime.cluster()));
        regime.workloads().forEach(workload -> table.row(state(workload.workload(), workload.state())));
        var counts = regime.workloadsByKind().entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", "));
        return table + "\nnext off-peak of the cluster: "
                + regime.nextOffPeak().map(Object::toString).orElse("not known") + "\nworkloads: " + counts + "\n";
    }

    private static String[] state(String of, RegimeInspection.StateView state) {
        return new String[] {
            of,
            state.kind(),
            number(state.confidence()),
            state.since().toString(),
            state.until().map(Object::toString).orElse("?"),
            state.because()
        };
    }

    static String plan(PlanView plan) {
        var text = new StringBuilder("read only: this is not carried out. ")
                .append(plan.moves().size())
                .append(plan.moves().size() == 1 ? " move, " : " moves, ")
                .append(plan.hurt().size())
                .append(plan.hurt().size() == 1 ? " hurt node" : " hurt nodes")
                .append(plan.moves().isEmpty() ? "" : ", cost " + number(plan.cost()))
                .append(" (watched since ")
                .append(plan.watchedSince())
                .append(")\n");
        plan.remarks().forEach(remark -> text.append(remark).append('\n'));
        if (!plan.hurt().isEmpty()) {
            text.append('\n').append(hurt(plan));
        }
        if (!plan.moves().isEmpty()) {
            text.append('\n').append(moves(plan)).append('\n').append(nodesOf(plan));
        }
        if (!plan.resizes().isEmpty()) {
            text.append('\n').append(resizes(plan));
        }
        return text.append(stays(plan)).toString();
    }

    private static Table hurt(PlanView plan) {
        var table = new Table("HURT NODE", "BECAUSE");
        plan.hurt().forEach(node -> table.row(node.node(), String.join("; ", node.because())));
        return table;
    }

    private static Table moves(PlanView plan) {
        boolean isChecked = plan.moves().stream().anyMatch(move -> !move.check().isEmpty());
        var headings = new ArrayList<>(List.of("MOVE", "FROM", "TO", "RELIEVES", "COST", "BECAUSE"));
        if (isChecked) {
            headings.add("EVICTION");
        }
        var table = new Table(headings.toArray(String[]::new));
        for (var move : plan.moves()) {
            var cells = new ArrayList<>(List.of(
                    move.pod(), move.from(), move.to(), percent(move.benefit()), number(move.cost()), move.because()));
            if (isChecked) {
                cells.add(move.check());
            }
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private static Table nodesOf(PlanView plan) {
        var table = new Table("NODE", "CPU", "AFTER", "MEMORY", "AFTER");
        plan.nodes()
                .forEach(node -> table.row(
                        node.node(),
                        percent(node.cpuBefore()),
                        percent(node.cpuAfter()),
                        percent(node.memoryBefore()),
                        percent(node.memoryAfter())));
        return table;
    }

    private static Table resizes(PlanView plan) {
        var table = new Table("RESIZE FIRST", "ON", "WHAT");
        plan.resizes().forEach(resize -> table.row(resize.pod(), resize.node(), resize.what()));
        return table;
    }

    private static String stays(PlanView plan) {
        if (plan.keptByReason().isEmpty()) {
            return "";
        }
        var reasons = new Table("NOT MOVED", "BECAUSE");
        plan.keptByReason().forEach(kept -> reasons.row(String.valueOf(kept.pods()), kept.words()));
        if (plan.kept().isEmpty()) {
            return "\n" + reasons;
        }
        var pods = new Table("NOT MOVED", "ON", "BECAUSE");
        plan.kept().forEach(kept -> pods.row(kept.pod(), kept.node(), kept.words()));
        return "\n" + reasons + "\n" + pods;
    }

    private static String because(NeighboursView.EpisodeView episode) {
        return Stream.concat(
                        episode.blames().stream()
                                .limit(3)
                                .map(blame -> percent(blame.share()) + " " + blame.workload()),
                        Stream.of(percent(episode.unexplained()) + " unexplained"))
                .collect(Collectors.joining(", "));
    }

    private static String percent(double share) {
        return share < 0 ? "?" : Math.round(share * 100) + "%";
    }

    private static String millis(double cpu) {
        return Math.round(cpu) + "m";
    }

    private static String mebibytes(double bytes) {
        return Math.round(bytes / (1 << 20)) + "Mi";
    }

    private static String age(long millis) {
        return millis < 0 ? "?" : millis / 1000 + "s";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 1_000 ? "%.0f" : "%.2f", value);
    }
}
