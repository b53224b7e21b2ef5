/// The one executable: subcommands, configuration, roles.
@NullMarked
package io.plimsoll.app;

import org.jspecify.annotations.NullMarked;
