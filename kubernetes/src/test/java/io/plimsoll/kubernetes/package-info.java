@NullMarked
package io.plimsoll.kubernetes;

import org.jspecify.annotations.NullMarked;
