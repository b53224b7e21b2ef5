package io.plimsoll.rebalancer;

import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MovePace;
import java.time.Duration;

/// How pods are moved.
///
/// @param interval between two looks at plans
/// @param approval who lets a plan be carried out, where no policy says it; with NEVER plans are only
///     proposed, whatever policies say
/// @param hours when plans are made and carried out that no person has approved
/// @param planMax how long a plan may be begun after it was made
/// @param settle after a plan has ended, before another is made: what it changed must have been measured
/// @param announce between writing down an eviction and sending it: so that those who place pods know of it
/// @param look between two looks at whether a replacement is ready
/// @param readyMax until when it must be
/// @param concurrentMax how many moves may be on their way at a time, once the first of a plan has landed
/// @param lateMax how long after it was sent a request may still take effect that was not answered
/// @param imageAgeMax nothing is done by a picture of the cluster that is older
/// @param plansKept how long a plan that moved something is remembered
public record RebalancerSettings(
        Duration interval,
        MoveApproval approval,
        Hours hours,
        Duration planMax,
        Duration settle,
        Duration announce,
        Duration look,
        Duration readyMax,
        int concurrentMax,
        Duration lateMax,
        Duration imageAgeMax,
        Duration plansKept) {

    public static final RebalancerSettings DEFAULT = new RebalancerSettings(
            Duration.ofSeconds(5),
            MoveApproval.REQUIRED,
            Hours.ANY,
            Duration.ofMinutes(30),
            Duration.ofMinutes(5),
            Duration.ofSeconds(3),
            Duration.ofMillis(500),
            Duration.ofMillis(MovePace.DEFAULT.readyMillisMax()),
            1,
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofDays(14));

    /// The same, approved and at hours as told.
    public RebalancerSettings with(MoveApproval other, Hours others) {
        return new RebalancerSettings(
                interval,
                other,
                others,
                planMax,
                settle,
                announce,
                look,
                readyMax,
                concurrentMax,
                lateMax,
                imageAgeMax,
                plansKept);
    }

    /// The same, with so many moves on their way at a time.
    public RebalancerSettings withConcurrentMax(int most) {
        return new RebalancerSettings(
                interval,
                approval,
                hours,
                planMax,
                settle,
                announce,
                look,
                readyMax,
                most,
                lateMax,
                imageAgeMax,
                plansKept);
    }

    /// When it is done.
    public enum Hours {
        /// At any time.
        ANY,
        /// Where the cluster is off-peak, by what is set or learned; never where that is not known.
        OFF_PEAK
    }

    public RebalancerSettings {
        requirePositive("interval", interval);
        requirePositive("planMax", planMax);
        requirePositive("look", look);
        requirePositive("readyMax", readyMax);
        requirePositive("imageAgeMax", imageAgeMax);
        requirePositive("plansKept", plansKept);
        if (concurrentMax < 1) {
            throw new IllegalArgumentException("concurrentMax must be at least 1: " + concurrentMax);
        }
        if (settle.isNegative() || announce.isNegative() || lateMax.isNegative()) {
            throw new IllegalArgumentException(
                    "settle, announce and lateMax must not be negative: " + settle + ", " + announce + ", " + lateMax);
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
