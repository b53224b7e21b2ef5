/// Resizes what a policy lets it resize: recommendations to changes, changes to outcomes, each with a record and a
/// way back.
@NullMarked
package io.plimsoll.rightsizer;

import org.jspecify.annotations.NullMarked;
