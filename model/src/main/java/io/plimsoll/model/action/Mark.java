package io.plimsoll.model.action;

import java.util.Optional;

/// An annotation of a workload's own object that goes with a change of its pods, such as one that pauses a sync. It is
/// put only where the object has what was there before: what somebody else has set is never overwritten.
///
/// @param before what it has; empty where it is not there
/// @param after what it has then; empty where it is not there any more
public record Mark(String key, Optional<String> before, Optional<String> after) {

    public Mark {
        if (key.isEmpty() || before.equals(after)) {
            throw new IllegalArgumentException(
                    "a mark must have a key and change it: '" + key + "' from " + before + " to " + after);
        }
    }

    /// One that is not there yet.
    public static Mark put(String key, String value) {
        return new Mark(key, Optional.empty(), Optional.of(value));
    }

    /// The one that takes it back exactly.
    public Mark inverse() {
        return new Mark(key, after, before);
    }
}
