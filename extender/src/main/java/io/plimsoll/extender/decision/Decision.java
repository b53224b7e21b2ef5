package io.plimsoll.extender.decision;

import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.placement.Reason;
import io.plimsoll.model.placement.ScoreCard;
import io.plimsoll.model.placement.Shares;
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
/// @param rejections the first of them in the order of the request, at most [#REJECTIONS_MAX]
/// @param keptLeastBad whether every candidate was unfit, so that the least bad ones were accepted all the same
/// @param top the best candidates, best first, at most [#TOP_MAX]; empty for filter
/// @param sent how many candidates were sent (or in shadow mode: would have been) each score from 0 on, those that are
///     not in the image among them; empty for filter
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
        List<Rejection> rejections,
        boolean keptLeastBad,
        List<Ranked> top,
        List<Integer> sent,
        Optional<NeutralCause> neutral,
        String detail,
        long tookNanos) {

    public static final int TOP_MAX = 5;
    public static final int REJECTIONS_MAX = 20;

    /// How many of them keep the parts of their score: enough to say why the first one won, at some 400 bytes
    /// each.
    public static final int WITH_PARTS_MAX = 2;

    /// A candidate that filter rejected.
    public record Rejection(String node, Reason reason) {}

    /// A candidate as it was ranked.
    ///
    /// @param score 0 to 100, what the model says
    /// @param sent 0 to 10, what the scheduler was told
    /// @param why nothing beyond the first [#WITH_PARTS_MAX]
    public record Ranked(String node, float score, int sent, Optional<Why> why) {}

    /// How a score came about: the weighted mean of its parts, times the floor.
    ///
    /// @param floor what the safety floor multiplied it with, 0 to 1
    /// @param trust how far the node's measurements were believed at their age, 0 to 1
    /// @param pendingCpuMillis what pods ranked just before, and not yet seen bound, were counted with on this
    /// node
    /// @param pendingMemoryBytes the same in memory
    /// @param parts those that had data
    public record Why(
            float floor, float trust, float pendingCpuMillis, float pendingMemoryBytes, List<ScoreCard.Part> parts) {

        static Why of(ScoreCard card, Shares pending, int slot) {
            return new Why(
                    (float) card.floor(),
                    (float) card.trust(),
                    (float) pending.cpuMillis(slot),
                    (float) pending.memoryBytes(slot),
                    card.parts());
        }
    }

    /// The record of a request that was answered without being read.
    public static Decision unread(long atMillis, Verb verb, NeutralCause cause, String detail) {
        return new Decision(
                atMillis,
                verb,
                Optional.empty(),
                "",
                0,
                0,
                Map.of(),
                List.of(),
                false,
                List.of(),
                List.of(),
                Optional.of(cause),
                detail,
                0);
    }

    public int rejectedCount() {
        return rejected.values().stream().mapToInt(Integer::intValue).sum();
    }
}
