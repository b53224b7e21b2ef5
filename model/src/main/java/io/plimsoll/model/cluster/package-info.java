/// What the cluster is: an immutable [io.plimsoll.model.cluster.ClusterImage], published whole, and the events that
/// change it.
@NullMarked
package io.plimsoll.model.cluster;

import org.jspecify.annotations.NullMarked;
