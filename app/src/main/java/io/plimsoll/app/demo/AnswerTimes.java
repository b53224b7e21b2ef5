package io.plimsoll.app.demo;

/// How long the extender took for one pod, filter and prioritize together, as the scheduler saw it.
///
/// @param neutral calls that brought no usable answer
record AnswerTimes(double p50Millis, double p99Millis, int neutral) {}
