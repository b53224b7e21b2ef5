package io.plimsoll.rebalancer;

import io.plimsoll.kubernetes.Hindrance;
import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanRequests;
import io.plimsoll.model.move.PlanRequests.Answer;
import io.plimsoll.model.move.PlanRequests.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Those who ask for a plan now, and what they are told. What goes wrong with them hinders no move. Belongs to the
/// rebalancer's thread.
final class OpenRequests {

    private static final Logger LOG = LoggerFactory.getLogger(OpenRequests.class);
    /// As many are answered in one turn: who asks in a loop keeps no move waiting.
    static final int ANSWERS_MAX = 10;
    /// Whoever asks has so long to read the answer.
    private static final Duration KEPT_MIN = Duration.ofMinutes(30);

    private final PlanRequests requests;
    private final Duration kept;
    private final Hindrance hindrance =
            new Hindrance(LOG, Level.WARN, "Whoever asks for a plan gets no answer for now");

    /// @param kept how long a request is remembered, answered or not; half an hour at least
    OpenRequests(PlanRequests requests, Duration kept) {
        this.requests = requests;
        this.kept = kept.compareTo(KEPT_MIN) < 0 ? KEPT_MIN : kept;
    }

    /// Those that nobody has answered, as many as are answered in one turn. Forgets those that are old.
    List<Request> read(long nowMillis) {
        var open = new ArrayList<Request>();
        boolean isWell = true;
        try {
            for (var request : requests.all()) {
                if (nowMillis - request.madeAtMillis() > kept.toMillis()) {
                    isWell &= isForgotten(request);
                } else if (request.answer().isEmpty() && open.size() < ANSWERS_MAX) {
                    open.add(request);
                }
            }
            if (isWell) {
                hindrance.over();
            }
        } catch (JournalUnavailable e) {
            hindrance.met(e);
        }
        return open;
    }

    /// One that cannot be deleted keeps none of the others from its answer.
    private boolean isForgotten(Request request) {
        try {
            requests.forget(request);
            return true;
        } catch (JournalUnavailable e) {
            hindrance.met(e);
            return false;
        }
    }

    void answer(List<Request> open, Answer answer) {
        for (var request : open) {
            try {
                requests.answer(request, answer);
                LOG.info("{} asked for a plan: {}", request.name(), answer);
            } catch (JournalUnavailable e) {
                hindrance.met(e);
            }
        }
    }
}
