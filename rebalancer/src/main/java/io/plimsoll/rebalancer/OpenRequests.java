package io.plimsoll.rebalancer;

import io.plimsoll.model.move.PlanJournal.JournalUnavailable;
import io.plimsoll.model.move.PlanRequests;
import io.plimsoll.model.move.PlanRequests.Answer;
import io.plimsoll.model.move.PlanRequests.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Those who ask for a plan now, and what they are told. What goes wrong with them hinders no move. Belongs to the
/// rebalancer's thread.
final class OpenRequests {

    private static final Logger LOG = LoggerFactory.getLogger(OpenRequests.class);

    private final PlanRequests requests;
    private final Duration kept;
    private String trouble = "";

    /// @param kept how long a request is remembered, answered or not
    OpenRequests(PlanRequests requests, Duration kept) {
        this.requests = requests;
        this.kept = kept;
    }

    /// Those that nobody has answered. Forgets those that are old.
    List<Request> read(long nowMillis) {
        var open = new ArrayList<Request>();
        try {
            for (var request : requests.all()) {
                if (nowMillis - request.madeAtMillis() > kept.toMillis()) {
                    requests.forget(request);
                } else if (request.answer().isEmpty()) {
                    open.add(request);
                }
            }
            trouble = "";
        } catch (JournalUnavailable e) {
            sayOnce(e);
        }
        return open;
    }

    void answer(List<Request> open, Answer answer) {
        for (var request : open) {
            try {
                requests.answer(request, answer);
                LOG.info("{} asked for a plan: {}", request.name(), answer);
            } catch (JournalUnavailable e) {
                sayOnce(e);
            }
        }
    }

    private void sayOnce(JournalUnavailable failure) {
        var words = String.valueOf(failure.getMessage());
        if (!words.equals(trouble) && !Thread.currentThread().isInterrupted()) {
            LOG.warn("Whoever asks for a plan gets no answer for now: {}", words);
            trouble = words;
        }
    }
}
