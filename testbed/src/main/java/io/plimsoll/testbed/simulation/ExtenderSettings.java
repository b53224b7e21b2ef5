package io.plimsoll.testbed.simulation;

import java.net.URI;
import java.time.Duration;

/// An extender as a KubeSchedulerConfiguration names it, with `nodeCacheCapable: true` and `ignorable: true`.
///
/// @param urlPrefix without a slash at the end
/// @param filterVerb empty where there is none
public record ExtenderSettings(
        URI urlPrefix, String filterVerb, String prioritizeVerb, int weight, Duration httpTimeout) {

    /// How long an answer may take, unless told otherwise.
    public static final Duration HTTP_TIMEOUT = Duration.ofMillis(500);

    public ExtenderSettings {
        if (weight < 1) {
            throw new IllegalArgumentException("weight must be at least 1: " + weight);
        }
    }

    /// Both verbs, the recommended weight of 5 and a time limit of half a second.
    public static ExtenderSettings at(URI urlPrefix) {
        return new ExtenderSettings(urlPrefix, "filter", "prioritize", 5, HTTP_TIMEOUT);
    }

    public ExtenderSettings withHttpTimeout(Duration timeout) {
        return new ExtenderSettings(urlPrefix, filterVerb, prioritizeVerb, weight, timeout);
    }
}
