package io.plimsoll.extender.decision;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.placement.PodToPlace;

/// What would have been said of a pod in shadow mode, with all that is needed to judge another choice by the same
/// measure.
///
/// @param candidates the nodes that were ranked, by slot of the image's node table
/// @param bestScore the highest score among them, 0 to 100
public record Opinion(PodToPlace pod, ClusterImage image, int[] candidates, double bestScore, long atMillis) {}
