package io.plimsoll.app.move;

import io.plimsoll.extender.inspection.PlanView.MoveView;
import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.PodKey;

/// Asks the Eviction API in a dry run, as the user, whether it would take a pod now. Changes nothing. Each pod is asked
/// about for itself: of two that share a disruption budget both may be allowed, and the second not after the first.
///
/// @param actions towards the API server
record EvictionCheck(ActionPort actions) {

    String words(MoveView move) {
        var name = move.pod().split("/", 2);
        return words(actions.dryRun(new Action.Evict(new PodKey(name[0], name[1]), move.uid())));
    }

    private static String words(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done() -> "would be taken";
            case Outcome.Failed(var message) -> "not known: " + message;
            case Outcome.Refused refused
            when refused.reason() == Refusal.FORBIDDEN ->
                "not known, you may not ask (the verb create on pods/eviction): " + refused.message();
            case Outcome.Refused refused
            when refused.reason() == Refusal.GONE -> "refused: it is gone: " + refused.message();
            case Outcome.Refused refused -> "refused: " + refused.wordsOfEviction();
        };
    }
}
