package io.plimsoll.model.move;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Where a plan might move a pod to, whether or not it is to be moved.
///
/// @param best the best of all nodes that would take it; nothing where none would
/// @param refused why the others would not, by the node's name, in words that go with "it is"
public record MoveTargets(Optional<String> best, SortedMap<String, String> refused) {

    public MoveTargets {
        refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
    }
}
