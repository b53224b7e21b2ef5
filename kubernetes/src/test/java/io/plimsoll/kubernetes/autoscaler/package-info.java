/// Shows that claims of other autoscalers are read as they are meant.
@NullMarked
package io.plimsoll.kubernetes.autoscaler;

import org.jspecify.annotations.NullMarked;
