/// Settings from a file, the environment and the command line, with a message for each mistake that says where it is.
@NullMarked
package io.plimsoll.app.settings;

import org.jspecify.annotations.NullMarked;
