/// A real Kubernetes control plane on loopback: etcd, API server, controller manager, scheduler, KWOK nodes.
@NullMarked
package io.plimsoll.testbed.controlplane;

import org.jspecify.annotations.NullMarked;
