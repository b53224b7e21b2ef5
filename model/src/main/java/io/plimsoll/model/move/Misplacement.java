package io.plimsoll.model.move;

/// What is wrong with where a pod is.
///
/// @param goal by which it is wrong
/// @param words for people
record Misplacement(MoveGoal goal, String words) {}
