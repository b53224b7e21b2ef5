package io.plimsoll.kubernetes.watch;

import io.plimsoll.model.cluster.ClusterEvent;
import java.util.Set;
import java.util.function.Function;

/// A kind of object that is listed and watched.
///
/// @param resource its plural name, as RBAC rules, metrics and messages call it
/// @param path of its collection over all namespaces
/// @param selector a `fieldSelector`, or empty
/// @param listed makes the event that says which ones there are, after a complete list
record WatchedKind<K>(
        String resource,
        String path,
        String selector,
        ObjectDecoder<K> decoder,
        Function<Set<K>, ClusterEvent> listed) {}
