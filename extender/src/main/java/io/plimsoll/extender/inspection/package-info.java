/// Why a node got its score: read-only views of the image, of rankings and of the latest decisions, as JSON or as
/// tables for terminals.
@NullMarked
package io.plimsoll.extender.inspection;

import org.jspecify.annotations.NullMarked;
