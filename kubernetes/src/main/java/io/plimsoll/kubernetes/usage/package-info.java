/// Where usage comes from: the metrics API, the kubelets and Prometheus behind one interface.
@NullMarked
package io.plimsoll.kubernetes.usage;

import org.jspecify.annotations.NullMarked;
