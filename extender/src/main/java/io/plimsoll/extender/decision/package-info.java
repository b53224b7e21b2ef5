/// What is answered to kube-scheduler and why: from the bytes of a request to the bytes of a reply and a record of it,
/// without input or output.
@NullMarked
package io.plimsoll.extender.decision;

import org.jspecify.annotations.NullMarked;
