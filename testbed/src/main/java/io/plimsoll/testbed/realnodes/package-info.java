/// Real nodes on this machine: kubelet, containerd and runc, and the workload program that runs on them.
@NullMarked
package io.plimsoll.testbed.realnodes;

import org.jspecify.annotations.NullMarked;
