/// The extender as a running service: its configuration, its wiring, its start and end.
@NullMarked
package io.plimsoll.app.serve;

import org.jspecify.annotations.NullMarked;
