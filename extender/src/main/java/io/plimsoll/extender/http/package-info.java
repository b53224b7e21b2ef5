/// The two HTTP servers of the extender: the scheduler's port, hardened and on an event loop of its own, and the port
/// for people and probes.
@NullMarked
package io.plimsoll.extender.http;

import org.jspecify.annotations.NullMarked;
