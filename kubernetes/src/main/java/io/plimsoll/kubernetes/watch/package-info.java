/// The cluster as it is: lists and watches, decoded from the stream to slim records.
@NullMarked
package io.plimsoll.kubernetes.watch;

import org.jspecify.annotations.NullMarked;
