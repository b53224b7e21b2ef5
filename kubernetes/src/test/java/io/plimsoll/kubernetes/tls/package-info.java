@NullMarked
package io.plimsoll.kubernetes.tls;

import org.jspecify.annotations.NullMarked;
