/// Asks a running extender why it decides as it does, and shows the answer.
@NullMarked
package io.plimsoll.app.explain;

import org.jspecify.annotations.NullMarked;
