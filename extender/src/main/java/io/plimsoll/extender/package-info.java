/// Answers kube-scheduler's filter and prioritize calls, and explains the answers.
@NullMarked
package io.plimsoll.extender;

import org.jspecify.annotations.NullMarked;
