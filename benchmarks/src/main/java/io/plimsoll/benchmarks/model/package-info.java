/// How fast the functional core is at the size Kubernetes declares as its limit.
@NullMarked
package io.plimsoll.benchmarks.model;

import org.jspecify.annotations.NullMarked;
