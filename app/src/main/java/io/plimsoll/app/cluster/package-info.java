/// A connection to the cluster that a command is about.
@NullMarked
package io.plimsoll.app.cluster;

import org.jspecify.annotations.NullMarked;
