@NullMarked
package io.plimsoll.kubernetes.usage;

import org.jspecify.annotations.NullMarked;
