@NullMarked
package io.plimsoll.kubernetes.server;

import org.jspecify.annotations.NullMarked;
