package io.plimsoll.rebalancer;

import io.plimsoll.model.regime.RegimeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What holds for all moves at once, whatever speaks for or against a single one.
///
/// @param isActing whether this replica is the one that moves
/// @param hindrance why it cannot move anything for now
/// @param stopped why nothing is moved for now though nothing hinders it: the latest moves did no good
/// @param hours of the cluster, now
/// @param isBlackout whether it is a day on which nobody is moved unasked
public record Standing(
        RebalancerSettings settings,
        boolean isActing,
        Optional<String> hindrance,
        Optional<String> stopped,
        RegimeKind hours,
        boolean isBlackout) {

    /// In sentences for people; none where moves are made at any time and without asking.
    public List<String> words() {
        var words = new ArrayList<String>();
        Stream.concat(hindrance.stream(), stopped.stream())
                .forEach(why -> words.add("nothing is moved for now: " + why));
        switch (settings.approval()) {
            case NEVER -> words.add("nothing is moved: plans are only proposed (rebalancer.approval is never)");
            case REQUIRED ->
                words.add(
                        "nothing is moved before somebody approves a plan, but where a policy says so (rebalancer.approval"
                                + " is required)");
            case AUTOMATIC -> {}
        }
        if (isBlackout) {
            words.add("a blackout is set for this day, so nothing is moved unasked (regime.blackouts)");
        } else if (settings.hours() == RebalancerSettings.Hours.OFF_PEAK && hours != RegimeKind.OFF_PEAK) {
            words.add(switch (hours) {
                        case PEAK -> "it is peak";
                        case OFF_PEAK, UNKNOWN -> "whether it is off-peak is not known";
                    }
                    + ", so nothing is moved unasked for now (rebalancer.hours is off-peak)");
        }
        if (!isActing) {
            words.add("another replica of the rebalancer acts: what hinders that one is in its log, and is its metric"
                    + " plimsoll_move_hindered");
        }
        return words;
    }
}
