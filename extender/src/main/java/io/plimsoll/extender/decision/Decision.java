package io.plimsoll.extender.decision;

import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.placement.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What was answered to one request, and why. Log lines, metrics and inspection all come from this record.
///
/// @param atMillis when it was asked, epoch milliseconds
/// @param pod nothing where the pod could not be read
/// @param candidates how many nodes the request named
/// @param unknown how many of them are not in the image; they are accepted, and scored in the middle
/// @param rejected how many nodes of each reason were (or in shadow mode: would have been) rejected
/// @param keptLeastBad whether every candidate was unfit, so that the least bad ones were accepted all the same
/// @param top the best candidates, best first, at most [#TOP_MAX]; empty for filter
/// @param neutral why the answer left the choice to the scheduler; nothing where it did not
/// @param detail what went wrong, in words; empty where nothing did
/// @param tookNanos from the complete request to the complete reply, without the network
public record Decision(
        long atMillis,
        Verb verb,
        Optional<PodKey> pod,
        String podUid,
        int candidates,
        int unknown,
        Map<Reason, Integer> rejected,
        boolean keptLeastBad,
        List<Ranked> top,
        Optional<NeutralCause> neutral,
        String detail,
        long tookNanos) {

    public static final int TOP_MAX = 5;

    /// A candidate as it was ranked.
    ///
    /// @param score 0 to 100, what the model says
    /// @param sent 0 to 10, what the scheduler was told
    public record Ranked(String node, float score, int sent) {}

    public int rejectedCount() {
        return rejected.values().stream().mapToInt(Integer::intValue).sum();
    }
}
