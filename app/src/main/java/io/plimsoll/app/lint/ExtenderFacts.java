package io.plimsoll.app.lint;

/// What the linter must know of the extender itself.
///
/// @param deadlineMillis after this long the extender answers neutrally
public record ExtenderFacts(long deadlineMillis) {}
