/// How the cluster is seen (watches, usage sources) and touched.
@NullMarked
package io.plimsoll.kubernetes;

import org.jspecify.annotations.NullMarked;
