/// The commands of `./plimsoll testbed`.
@NullMarked
package io.plimsoll.testbed.cli;

import org.jspecify.annotations.NullMarked;
