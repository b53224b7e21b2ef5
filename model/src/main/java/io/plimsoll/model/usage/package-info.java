/// What containers really use: samples with their time, unit and source, decaying histograms, and estimates.
@NullMarked
package io.plimsoll.model.usage;

import org.jspecify.annotations.NullMarked;
