/// What users ask of resizing: what was recommended, what was changed, and to take a change back.
@NullMarked
package io.plimsoll.app.resize;

import org.jspecify.annotations.NullMarked;
