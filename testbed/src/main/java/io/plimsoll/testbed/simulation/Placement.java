package io.plimsoll.testbed.simulation;

import io.plimsoll.model.cluster.PodKey;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What became of one attempt to place a pod.
///
/// @param node where it was bound; nothing when no node fits or the binding was refused
/// @param byRequests the best of all nodes that had room, by the default scores alone
/// @param candidates how many nodes were ranked
/// @param extenderScores what the extender gave, by node, 0 to 10; empty when it was not asked or did not answer
/// @param extenderTime how long the extender's answers took in all
/// @param extenderFailures calls that ended without a usable answer and were ignored
public record Placement(
        PodKey pod,
        Optional<String> node,
        Optional<String> byRequests,
        int candidates,
        Map<String, Integer> extenderScores,
        Duration extenderTime,
        int extenderFailures) {}
