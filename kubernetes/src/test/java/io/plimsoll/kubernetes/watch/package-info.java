@NullMarked
package io.plimsoll.kubernetes.watch;

import org.jspecify.annotations.NullMarked;
