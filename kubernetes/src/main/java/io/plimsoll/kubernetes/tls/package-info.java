/// Certificates of Plimsoll's own servers: where they come from, and how they are renewed without a restart.
@NullMarked
package io.plimsoll.kubernetes.tls;

import org.jspecify.annotations.NullMarked;
