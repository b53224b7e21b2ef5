@NullMarked
package io.plimsoll.kubernetes.action;

import org.jspecify.annotations.NullMarked;
