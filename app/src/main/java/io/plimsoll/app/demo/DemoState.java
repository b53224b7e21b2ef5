package io.plimsoll.app.demo;

import java.time.Duration;
import java.util.Optional;

/// All that a frame shows.
///
/// @param elapsed simulated so far, of `length`
record DemoState(
        DemoSettings settings,
        Duration elapsed,
        Duration length,
        int arrived,
        SideState left,
        SideState right,
        AnswerTimes answers,
        Optional<Explanation> explanation) {

    double progress() {
        return length.isZero() ? 1 : Math.min(1, (double) elapsed.toMillis() / length.toMillis());
    }
}
