/// Tests of how policies are read.
@NullMarked
package io.plimsoll.kubernetes.policy;

import org.jspecify.annotations.NullMarked;
