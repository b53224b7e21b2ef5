package io.plimsoll.extender;

import io.plimsoll.extender.decision.DecisionSettings;
import io.plimsoll.extender.http.HealthPortConfig;
import io.plimsoll.extender.http.SchedulerPortConfig;

/// What a platform engineer may set about the extender.
///
/// @param decisionsKept how many of the latest decisions inspection can show
public record ExtenderConfig(
        SchedulerPortConfig scheduler, HealthPortConfig health, DecisionSettings decisions, int decisionsKept) {

    public static final ExtenderConfig DEFAULT =
            new ExtenderConfig(SchedulerPortConfig.DEFAULT, HealthPortConfig.DEFAULT, DecisionSettings.DEFAULT, 1_000);

    public ExtenderConfig {
        if (decisionsKept < 1 || decisionsKept > 100_000) {
            throw new IllegalArgumentException("decisionsKept must be 1 to 100000: " + decisionsKept);
        }
    }

    /// The same on any free ports, as tests and demonstrations want it.
    public ExtenderConfig onFreePorts() {
        return new ExtenderConfig(scheduler.onFreePort(), health.onFreePort(), decisions, decisionsKept);
    }

    public ExtenderConfig withScheduler(SchedulerPortConfig port) {
        return new ExtenderConfig(port, health, decisions, decisionsKept);
    }

    public ExtenderConfig withDecisions(DecisionSettings settings) {
        return new ExtenderConfig(scheduler, health, settings, decisionsKept);
    }
}
