package io.plimsoll.app.resize;

import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ResourceKind;
import java.util.ArrayList;
import java.util.List;

/// Amounts before and after a change, in words.
final class Amounts {

    private static final String NOTHING = "none";

    private Amounts() {}

    /// What changes of a pod, container by container: `main: CPU 100m → 150m, memory limit 64Mi → 96Mi`.
    static List<String> differences(PodChange pod) {
        var lines = new ArrayList<String>();
        for (int i = 0; i < pod.after().size(); i++) {
            lines.add(pod.after().get(i).name() + ": "
                    + difference(pod.before().get(i), pod.after().get(i)));
        }
        return lines;
    }

    private static String difference(ContainerSpec before, ContainerSpec after) {
        var parts = new ArrayList<String>();
        add(parts, "", before.requests(), after.requests());
        add(parts, " limit", before.limits(), after.limits());
        return parts.isEmpty() ? "nothing" : String.join(", ", parts);
    }

    private static void add(List<String> parts, String suffix, Resources before, Resources after) {
        for (var kind : ResourceKind.values()) {
            if (kind.of(before) != kind.of(after)) {
                parts.add(
                        kind.text() + suffix + " " + text(kind, kind.of(before)) + " → " + text(kind, kind.of(after)));
            }
        }
    }

    private static String text(ResourceKind kind, long amount) {
        return amount == 0 ? NOTHING : kind.text(amount);
    }
}
