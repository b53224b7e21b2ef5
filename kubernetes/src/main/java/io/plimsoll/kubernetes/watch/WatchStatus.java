package io.plimsoll.kubernetes.watch;

import java.util.Optional;

/// How a watch is doing.
///
/// @param resource the plural name of what is watched
/// @param listed whether a complete list was read since the start
/// @param open whether a watch is open now
/// @param heardAtMillis when the API server was last heard on it, epoch milliseconds; 0 before
/// @param failure what went wrong last, in words for the operator, until the watch is open again
public record WatchStatus(
        String resource, boolean listed, boolean open, long heardAtMillis, Optional<String> failure) {}
