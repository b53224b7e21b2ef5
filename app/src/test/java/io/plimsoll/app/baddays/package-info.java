/// Bad days: the real control plane, a stock kube-scheduler that asks Plimsoll, and one thing that goes wrong. In each
/// of them pods are placed all the same, and Plimsoll says what was wrong.
@NullMarked
package io.plimsoll.app.baddays;

import org.jspecify.annotations.NullMarked;
