package io.plimsoll.model.placement;

/// How far a measurement is believed at its age.
///
///     t(age) = 1                                            |age| ≤ fresh
///              (expiry − |age|) / (expiry − fresh)          between
///              0                                            |age| ≥ expiry
///
/// A measurement from the future is wrong by a clock, and is believed as little as one that far in the past.
///
/// | age, with fresh 75 s and expiry 180 s | 0 s | 75 s | 90 s | 127.5 s | 180 s | −127.5 s |
/// |---|---|---|---|---|---|---|
/// | t | 1 | 1 | 0.86 | 0.5 | 0 | 0.5 |
///
/// 180 s is where Koordinator's load-aware scheduling gives a node's metrics up; 75 s is one 60-second scrape and its
/// delay. Between them belief fades, so that a late source does not turn all scores over in one second.
///
/// Absent data is `NaN` in the arithmetic of this package, and only there: a part without data scores `NaN`, an absent
/// time is [#NEVER], which is older than any expiry. What leaves the package has no such values.
record Trust(double freshMillis, double expiryMillis) {

    /// When something was measured that never was.
    static final double NEVER = Double.NEGATIVE_INFINITY;

    double at(double measuredAtMillis, long nowMillis) {
        double age = Math.abs((double) nowMillis - measuredAtMillis);
        if (age <= freshMillis) {
            return 1;
        }
        return age < expiryMillis ? (expiryMillis - age) / (expiryMillis - freshMillis) : 0;
    }

    /// The measured value as far as it is believed, and what is assumed without it for the rest.
    static double blend(double trust, double measured, double unmeasured) {
        return trust > 0 ? trust * measured + (1 - trust) * unmeasured : unmeasured;
    }
}
