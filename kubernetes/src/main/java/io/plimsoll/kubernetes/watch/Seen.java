package io.plimsoll.kubernetes.watch;

import io.plimsoll.model.cluster.ClusterEvent;

/// One object as it was read: its key among its kind, its version, and the events for its being there and its being
/// gone.
record Seen<K>(K key, String resourceVersion, ClusterEvent applied, ClusterEvent deleted) {}
