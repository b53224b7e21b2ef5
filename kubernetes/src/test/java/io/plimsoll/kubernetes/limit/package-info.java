/// Shows that LimitRanges and quotas are read as they are meant.
@NullMarked
package io.plimsoll.kubernetes.limit;

import org.jspecify.annotations.NullMarked;
