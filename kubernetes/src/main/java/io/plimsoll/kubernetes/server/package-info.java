/// What bounds the clients of Plimsoll's own servers, so that none of them can fill the heap or keep others out.
@NullMarked
package io.plimsoll.kubernetes.server;

import org.jspecify.annotations.NullMarked;
