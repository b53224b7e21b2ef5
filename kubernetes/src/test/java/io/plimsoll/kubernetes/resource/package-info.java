/// Tests of the custom resources.
@NullMarked
package io.plimsoll.kubernetes.resource;

import org.jspecify.annotations.NullMarked;
