@NullMarked
package io.plimsoll.kubernetes.api;

import org.jspecify.annotations.NullMarked;
