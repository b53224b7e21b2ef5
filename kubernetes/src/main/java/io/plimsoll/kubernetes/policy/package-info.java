/// From policies as users write them to what decisions need: defaults filled in, overrides merged, mistakes named.
@NullMarked
package io.plimsoll.kubernetes.policy;

import org.jspecify.annotations.NullMarked;
