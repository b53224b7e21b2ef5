/// The one place that writes to the API server.
@NullMarked
package io.plimsoll.kubernetes.action;

import org.jspecify.annotations.NullMarked;
