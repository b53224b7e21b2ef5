package io.plimsoll.model.move;

import java.util.List;

/// The durable record of all plans, in the cluster: what was moved, and what is about to be. Every eviction is
/// written down before it is sent.
public interface PlanJournal {

    /// All that are remembered, the latest first. Limits are counted from them: with one left out, more would be moved
    /// than may be.
    ///
    /// @throws JournalUnavailable when they cannot all be read, or one of them makes no sense
    List<RecordedPlan> plans();

    /// Writes a plan down as proposed.
    ///
    /// @param expiresAtMillis until when it may be begun
    /// @throws JournalUnavailable when it is not known to be written
    RecordedPlan propose(MovePlan plan, long expiresAtMillis);

    /// Writes down how far a plan has come. What was said to it meanwhile is in the answer.
    ///
    /// @throws JournalUnavailable when that is not known to be written, as when another writer was there first
    RecordedPlan write(RecordedPlan plan);

    /// Forgets a plan.
    ///
    /// @throws JournalUnavailable when that failed
    void forget(RecordedPlan plan);

    /// What was to be written may not be, so nothing may be done for it.
    final class JournalUnavailable extends RuntimeException {

        private static final long serialVersionUID = 1;

        public JournalUnavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
