/// How long the service takes to start from its image, with the image's AOT cache and without.
@NullMarked
package io.plimsoll.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
