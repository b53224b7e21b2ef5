package io.plimsoll.extender.inspection;

import io.plimsoll.model.move.PlanPhase;
import io.plimsoll.model.move.RecordedPlan;
import java.util.List;
import java.util.stream.Stream;

/// What is known of moves besides what a plan made now would say.
///
/// @param plans that are recorded, the latest first
/// @param standing what holds for all moves at once, in sentences
public record Moving(List<RecordedPlan> plans, List<String> standing) {

    /// Where nobody moves anything.
    public static final Moving NOTHING = new Moving(List.of(), List.of());

    /// The same with what plans that are open keep from being made.
    List<String> remarks() {
        var open = plans.stream()
                .filter(RecordedPlan::isOpen)
                .map(plan -> "no other plan is made before " + plan.name() + " has ended"
                        + (plan.phase() == PlanPhase.PROPOSED ? ", but of what nobody needs to be asked about" : ""));
        return Stream.concat(open, standing.stream()).toList();
    }
}
