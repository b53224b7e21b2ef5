package io.plimsoll.app.resize;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.kubernetes.action.ChangeReport;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Changes as people and programs read them.
final class HistoryView {

    private HistoryView() {}

    static String table(List<ChangeReport> reports) {
        var table = new TextTable("TIME", "ID", "WORKLOAD", "PHASE", "PODS", "FIRST POD", "WHY");
        for (var report : reports) {
            var logged = report.logged();
            var change = logged.change();
            table.row(
                    time(logged.createdMillis()),
                    logged.name(),
                    change.workload().kind() + "/" + change.workload().name(),
                    logged.phase().name(),
                    String.valueOf(change.pods().size()),
                    String.join("; ", Amounts.differences(change.pods().getFirst())),
                    why(report));
        }
        return table.toString();
    }

    private static String why(ChangeReport report) {
        var reason = report.logged().change().reason();
        return report.messages().isEmpty() ? reason : reason + " [" + String.join("; ", report.messages()) + "]";
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String json(List<ChangeReport> reports) {
        var list = Json.MAPPER.createArrayNode();
        for (var report : reports) {
            write(list.addObject(), report);
        }
        return list.toPrettyString();
    }

    private static void write(ObjectNode node, ChangeReport report) {
        var logged = report.logged();
        var change = logged.change();
        node.put("id", logged.name())
                .put("time", time(logged.createdMillis()))
                .put("namespace", change.workload().namespace())
                .put(
                        "workload",
                        change.workload().kind() + "/" + change.workload().name())
                .put("policy", change.policy())
                .put("phase", logged.phase().name())
                .put("code", change.code())
                .put("reason", change.reason());
        change.undoes().ifPresent(name -> node.put("undoes", change.workload().namespace() + "/" + name));
        var messages = node.putArray("messages");
        report.messages().forEach(messages::add);
        var pods = node.putArray("pods");
        change.pods().forEach(pod -> write(pods.addObject(), pod));
    }

    private static void write(ObjectNode node, PodChange pod) {
        node.put("name", pod.pod().name()).put("uid", pod.uid());
        var containers = node.putArray("containers");
        for (int i = 0; i < pod.after().size(); i++) {
            var container =
                    containers.addObject().put("name", pod.after().get(i).name());
            write(container.putObject("before"), pod.before().get(i));
            write(container.putObject("after"), pod.after().get(i));
        }
    }

    private static void write(ObjectNode node, ContainerSpec spec) {
        write(node.putObject("requests"), spec.requests());
        write(node.putObject("limits"), spec.limits());
    }

    private static void write(ObjectNode node, Resources amounts) {
        if (amounts.cpuMillis() > 0) {
            node.put("cpuMillis", amounts.cpuMillis());
        }
        if (amounts.memoryBytes() > 0) {
            node.put("memoryBytes", amounts.memoryBytes());
        }
    }
}
