package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.api.ApiException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;

/// Warns of what cannot be written when that begins, and says when it is over, however many objects and rounds it is
/// about. Belongs to one thread.
final class WriteTrouble {

    private final Logger log;
    private final String what;
    /// Kinds of trouble that were warned of and were met in the last round.
    private Set<String> warned = new HashSet<>();
    private Set<String> met = new HashSet<>();

    /// @param what is written, in the plural: "recommendations"
    WriteTrouble(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    /// @param subject the object that could not be written
    void failed(Object subject, IOException cause) {
        if (met.add(kind(cause)) && !warned.contains(kind(cause))) {
            log.warn(
                    "Some {} could not be written, tried again each pass; the first is that of {}: {}",
                    what,
                    subject,
                    cause.getMessage());
        }
    }

    /// A round is over.
    void ended() {
        if (met.isEmpty() && !warned.isEmpty()) {
            log.info("All {} can be written again", what);
        }
        warned = met;
        met = new HashSet<>();
    }

    private static String kind(IOException cause) {
        return cause instanceof ApiException answer ? Integer.toString(answer.code()) : "no answer";
    }
}
