package io.plimsoll.app.resize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.app.resize.PolicyPreview.Amount;
import io.plimsoll.app.resize.PolicyPreview.Conflict;
import io.plimsoll.app.resize.PolicyPreview.Result;
import io.plimsoll.app.resize.PolicyPreview.Row;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.policy.PolicyReading;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MoveRules;
import io.plimsoll.model.move.MoveTerms;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResourceKind;
import java.util.Optional;

/// What a policy would do, as people and programs read it.
final class PolicyPreviewView {

    static final String NOTE =
            "Targets are worked out from the use that is kept in the cluster (usagecheckpoints); where none is, they are"
                    + " those that were recommended last, within the previewed policy's bounds. Heaps of Java are not"
                    + " reckoned with.";

    private PolicyPreviewView() {}

    static String text(PolicyReading.Read read, Result result) {
        var policy = read.policy();
        var text = new StringBuilder();
        text.append("Policy ").append(policy.label()).append(": mode ").append(mode(policy));
        text.append(policy.candidate().suspended() ? ", suspended" : "");
        text.append("; would hold for ")
                .append(counted(result.workloads(), "workload"))
                .append(", ")
                .append(counted(result.rows().size(), "container"))
                .append(", of which ")
                .append(result.changed())
                .append(" should ask for something else.\n");
        text.append(moves(read)).append('\n');
        read.source()
                .ifPresent(
                        source -> text.append("usage.source: only what ")
                                .append(source)
                                .append(
                                        " measures counts; the policy is refused where the service does not read it (usage.sources).\n"));
        if (!result.rows().isEmpty()) {
            text.append('\n').append(table(result)).append('\n').append(NOTE).append('\n');
        }
        if (!result.conflicts().isEmpty()) {
            text.append('\n').append(conflicts(result));
        }
        return text.toString();
    }

    private static String moves(PolicyReading.Read read) {
        var approval = "moves.approval: "
                + read.moves().approval().map(MoveRules::word).orElse("not set") + ": " + meaning(read) + ".";
        return isSilent(read) ? approval : approval + exceptions(read.moves());
    }

    private static String exceptions(MoveTerms terms) {
        var least = terms.minReplicas() > 1
                ? " Those of workloads that want fewer than " + terms.minReplicas() + " stay (moves.minReplicas)."
                : "";
        var storage = terms.discardsLocalStorage()
                ? " Those that keep data on their node may be moved too, and lose it (moves.localStorage)."
                : "";
        return least + storage;
    }

    private static boolean isSilent(PolicyReading.Read read) {
        return read.policy().mode() == ResizePolicy.Mode.DISABLED
                || read.policy().candidate().suspended()
                || read.moves().approval().equals(Optional.of(MoveApproval.NEVER));
    }

    private static String meaning(PolicyReading.Read read) {
        if (read.policy().mode() == ResizePolicy.Mode.DISABLED) {
            return "says nothing while the policy is disabled";
        }
        if (read.policy().candidate().suspended()) {
            return "its workloads' pods stay while the policy is suspended";
        }
        return switch (read.moves().approval().orElse(null)) {
            case NEVER -> "the rebalancer leaves its workloads' pods where they are";
            case REQUIRED -> "its workloads' pods are moved once somebody has approved the plan";
            case AUTOMATIC -> "its workloads' pods are moved unasked, unless rebalancer.approval is never";
            case null ->
                "rebalancer.approval holds for its workloads' pods, whatever policies say from which it takes over";
        };
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String mode(ResizePolicy policy) {
        return switch (policy.mode()) {
            case AUTO -> "Auto";
            case ON_CREATE -> "Auto, new pods alone";
            case EXPORT -> "written out, nothing is changed";
            case RECOMMEND -> "Recommend";
            case DISABLED -> "Disabled";
        };
    }

    private static TextTable table(Result result) {
        var table = new TextTable("NAMESPACE", "WORKLOAD", "CONTAINER", "CPU", "MEMORY", "WHAT");
        for (var row : result.rows()) {
            table.row(
                    row.workload().namespace(),
                    row.workload().kind() + "/" + row.workload().name(),
                    row.container(),
                    difference(ResourceKind.CPU, row.cpu()),
                    difference(ResourceKind.MEMORY, row.memory()),
                    row.what());
        }
        return table;
    }

    private static String difference(ResourceKind kind, Amount amount) {
        return amount.isChanged()
                ? amount(kind, amount.now()) + " → " + amount(kind, amount.then())
                : amount(kind, amount.now());
    }

    private static String amount(ResourceKind kind, long amount) {
        return amount == 0 ? "none" : kind.text(amount);
    }

    private static TextTable conflicts(Result result) {
        var table = new TextTable("ALSO SELECTED BY OTHERS", "THIS POLICY", "WHY");
        for (var conflict : result.conflicts()) {
            table.row(
                    conflict.workload().toString(),
                    conflict.isHeld() ? "would hold" : "would not hold",
                    conflict.sentence());
        }
        return table;
    }

    static ObjectNode json(PolicyReading.Read read, Result result) {
        var policy = read.policy();
        var node = Json.MAPPER.createObjectNode();
        node.put("policy", policy.label())
                .put("mode", mode(policy))
                .put("suspended", policy.candidate().suspended())
                .put("workloads", result.workloads())
                .put("changed", result.changed())
                .put("note", NOTE);
        node.put("moves", moves(read));
        var containers = node.putArray("containers");
        result.rows().forEach(row -> write(containers.addObject(), row));
        var conflicts = node.putArray("conflicts");
        result.conflicts().forEach(conflict -> write(conflicts.addObject(), conflict));
        return node;
    }

    private static void write(ObjectNode node, Row row) {
        node.put("namespace", row.workload().namespace())
                .put("workload", row.workload().kind() + "/" + row.workload().name())
                .put("container", row.container());
        node.putObject("cpuMillis")
                .put("now", row.cpu().now())
                .put("then", row.cpu().then());
        node.putObject("memoryBytes")
                .put("now", row.memory().now())
                .put("then", row.memory().then());
        node.put("what", row.what());
    }

    private static void write(ObjectNode node, Conflict conflict) {
        node.put("workload", conflict.workload().toString())
                .put("holds", conflict.isHeld())
                .put("warning", conflict.isWarning())
                .put("why", conflict.sentence());
    }
}
