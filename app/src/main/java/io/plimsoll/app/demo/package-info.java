/// `plimsoll demo`: two equal clusters with equal arrivals, one scheduled by requests alone, one with Plimsoll, side by
/// side in the terminal.
@NullMarked
package io.plimsoll.app.demo;

import org.jspecify.annotations.NullMarked;
