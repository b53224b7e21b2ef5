package io.plimsoll.extender.shadow;

import io.plimsoll.model.cluster.PodKey;

/// By how much the scheduler's choice was worse than ours: best score minus the chosen node's, in points of 0 to 100.
///
/// @param judged on which picture of the cluster
public record Regret(PodKey pod, String chosenNode, double points, Judged judged) {

    /// On which picture of the cluster a choice is judged.
    public enum Judged {
        /// On the one that the pod was ranked on.
        AT_ONCE("at-once"),
        /// On the one of five minutes after it was bound, by what was really used by then.
        LATER("later");

        private final String label;

        Judged(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }
}
