package io.plimsoll.model.action;

import io.plimsoll.model.action.Change.PodChange;
import java.util.Comparator;
import java.util.List;

/// What became of a change, pod by pod.
///
/// @param record its name in the journal; empty when none was written
public record ChangeResult(String record, List<PodResult> pods) {

    public ChangeResult {
        pods = List.copyOf(pods);
    }

    /// @param message why, in words for people; empty where the phase says it all
    /// @param isStuck whether it was taken back since the node cannot do it in place, and for no harm
    /// @param isHarmed whether the change did harm to the pod
    public record PodResult(PodChange change, ChangePhase phase, String message, boolean isStuck, boolean isHarmed) {

        public PodResult(PodChange change, ChangePhase phase, String message) {
            this(change, phase, message, false, false);
        }

        public PodResult(PodChange change, ChangePhase phase, String message, boolean isStuck) {
            this(change, phase, message, isStuck, false);
        }

        /// The same where it came to harm: what is in doubt then is whether it was taken back.
        public PodResult harmed() {
            var known = phase == ChangePhase.INTENDED ? ChangePhase.REVERTING : phase;
            return new PodResult(change, known, message, false, true);
        }

        /// The same with more said of it.
        public PodResult saying(String words) {
            var said = message.isEmpty() ? words : message + "; " + words;
            return new PodResult(change, phase, said, isStuck, isHarmed);
        }

        /// The same where the node was in the way, if it was taken back at all.
        public PodResult stuck() {
            return new PodResult(change, phase, message, phase == ChangePhase.REVERTED);
        }
    }

    /// The same phase for all pods.
    public static ChangeResult of(String record, Change change, ChangePhase phase, String message) {
        return new ChangeResult(
                record,
                change.pods().stream()
                        .map(pod -> new PodResult(pod, phase, message))
                        .toList());
    }

    /// The phase of the whole: of the pod that most needs somebody to look at it.
    public ChangePhase phase() {
        return pods.stream()
                .map(PodResult::phase)
                .min(Comparator.comparingInt(ChangeResult::urgency))
                .orElse(ChangePhase.ABANDONED);
    }

    /// What it counts as when it is asked how changes of the workload went. That had to be taken back what did harm,
    /// or came about with no pod; a single pod that could not be changed, on a node that is full say, is that pod's
    /// own affair.
    public ChangePhase counts() {
        boolean isBad = phase() == ChangePhase.REVERTED || phase() == ChangePhase.FAILED;
        boolean isHarmed = pods.stream().anyMatch(PodResult::isHarmed);
        boolean isAnyApplied = pods.stream().anyMatch(pod -> pod.phase() == ChangePhase.APPLIED);
        return isBad && !isHarmed && isAnyApplied ? ChangePhase.APPLIED : phase();
    }

    /// Why the whole has come to its phase, in words for people: of the first pod that says so.
    public String message() {
        return pods.stream()
                .filter(pod -> pod.phase() == phase())
                .map(PodResult::message)
                .filter(message -> !message.isEmpty())
                .findFirst()
                .orElse("");
    }

    /// The same, with more said of each pod that the node could not change in place.
    public ChangeResult saying(String words) {
        return new ChangeResult(
                record,
                pods.stream()
                        .map(pod -> pod.isStuck() ? pod.saying("not recreated: " + words) : pod)
                        .toList());
    }

    /// Whether all pods have what they were to have.
    public boolean isApplied() {
        return phase() == ChangePhase.APPLIED;
    }

    private static int urgency(ChangePhase phase) {
        return switch (phase) {
            case INTENDED -> 0;
            case REVERTING -> 1;
            case FAILED -> 2;
            case REVERTED -> 3;
            case APPLIED -> 4;
            case UNDONE -> 5;
            case ABANDONED -> 6;
        };
    }
}
