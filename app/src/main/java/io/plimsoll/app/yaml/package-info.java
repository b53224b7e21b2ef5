/// YAML with the place of everything in it, so that a message can say which line is meant.
@NullMarked
package io.plimsoll.app.yaml;

import org.jspecify.annotations.NullMarked;
