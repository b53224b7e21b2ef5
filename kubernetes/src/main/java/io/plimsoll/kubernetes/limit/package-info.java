/// What namespaces let their pods ask for.
@NullMarked
package io.plimsoll.kubernetes.limit;

import org.jspecify.annotations.NullMarked;
