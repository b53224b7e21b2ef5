/// The JSON that kube-scheduler and its extenders exchange: read from bytes and written to bytes, without objects in
/// between.
@NullMarked
package io.plimsoll.extender.wire;

import org.jspecify.annotations.NullMarked;
