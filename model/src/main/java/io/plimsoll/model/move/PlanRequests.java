package io.plimsoll.model.move;

import java.util.List;
import java.util.Optional;

/// What people and schedules ask for in the cluster: that it be looked now, whatever the hour, whether
/// somebody is to be moved. They get a plan, or are told why there is none; it is approved like any
/// other.
public interface PlanRequests {

    /// Nobody asks.
    PlanRequests NONE = new PlanRequests() {
        @Override
        public List<Request> all() {
            return List.of();
        }

        @Override
        public void answer(Request request, Answer answer) {}

        @Override
        public void forget(Request request) {}
    };

    /// @param madeAtMillis when it was made, by the API server's clock, epoch milliseconds
    record Request(String name, long madeAtMillis, Optional<Answer> answer) {}

    /// What becomes of a request.
    sealed interface Answer {

        /// @param plan the name of the plan that is open now
        record Planned(String plan) implements Answer {}

        /// @param words why nobody is to be moved, for people
        record NothingToDo(String words) implements Answer {}

        /// @param words why no plan can be made now, for people
        record NotNow(String words) implements Answer {}
    }

    /// @throws PlanJournal.JournalUnavailable when they cannot be read
    List<Request> all();

    /// @throws PlanJournal.JournalUnavailable when that is not known to be written
    void answer(Request request, Answer answer);

    /// @throws PlanJournal.JournalUnavailable when that failed
    void forget(Request request);
}
