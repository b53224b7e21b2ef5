package io.plimsoll.app.move;

import io.plimsoll.app.cluster.ClusterOption;
import io.plimsoll.app.explain.InspectionOptions;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `plimsoll plan`: which pods would be moved, where to, and why others are not. Reads only.
@Command(
        name = "plan",
        description = {
            "Shows which pods would be moved to make hurt nodes right again, where to, and why others are not.",
            "It is read only: what the rebalancer proposes and carries out is in 'kubectl get rebalanceplans'.",
            "--check also asks the API server, as you, whether it would take each eviction now, its disruption budget"
                    + " above all; it is a dry run.",
            "Asks a running 'plimsoll serve'; one in another cluster is reached by"
                    + " 'kubectl -n plimsoll port-forward deploy/plimsoll-rebalancer 8889'; an extender answers too, by"
                    + " its own settings."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown",
            "1:no answer from the server, or its picture of the cluster is too old to plan by",
            "2:the command line was wrong, or the kubeconfig with --check"
        })
public final class PlanCommand implements Callable<Integer> {

    @Mixin
    private final InspectionOptions inspection = new InspectionOptions();

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Option(names = "--all", description = "also name every pod of a hurt node that is not moved, and why")
    private boolean all;

    @Option(
            names = "--check",
            description = "ask the Eviction API in a dry run, with your kubeconfig, whether it would take each pod now")
    private boolean check;

    @Override
    public Integer call() {
        return check
                ? new CheckedPlan(inspection, cluster).show(query())
                : inspection.show(client -> client.get("/plan", query()));
    }

    private Map<String, String> query() {
        var query = inspection.query();
        if (all) {
            query.put("all", "true");
        }
        return query;
    }
}
