/// What other autoscalers own.
@NullMarked
package io.plimsoll.kubernetes.autoscaler;

import org.jspecify.annotations.NullMarked;
