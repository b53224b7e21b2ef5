package io.plimsoll.app.move;

import io.plimsoll.app.UserError;
import io.plimsoll.app.cluster.ClusterOption;
import io.plimsoll.app.explain.InspectionOptions;
import io.plimsoll.extender.inspection.PlanView;
import io.plimsoll.kubernetes.action.ApiActions;
import java.util.Map;
import java.util.TreeMap;

/// What would be moved, by a running service's picture, with what the Eviction API says to each move in a dry run.
record CheckedPlan(InspectionOptions inspection, ClusterOption cluster) {

    /// Prints it; returns the exit code.
    ///
    /// @param query how the plan is asked for
    int show(Map<String, String> query) {
        var asJson = new TreeMap<>(query);
        asJson.put("format", "json");
        try (var session = cluster.open()) {
            var evictions = new EvictionCheck(new ApiActions(session.server()));
            return inspection.show(client -> {
                var plan = read(client.get("/plan", asJson)).checked(evictions::words);
                return inspection.isJson() ? plan.toJson() : plan.toTable();
            });
        }
    }

    private static PlanView read(String answer) {
        try {
            return PlanView.read(answer);
        } catch (IllegalArgumentException e) {
            throw UserError.ofRun("the answer is no plan of this version of Plimsoll: " + e.getMessage());
        }
    }
}
