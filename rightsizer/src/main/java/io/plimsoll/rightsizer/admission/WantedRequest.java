package io.plimsoll.rightsizer.admission;

import io.plimsoll.model.recommendation.ChangeBounds;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceSizing;
import io.plimsoll.model.recommendation.StoredRecommendation;

/// What a new container should ask for of one resource. Amounts are thousandths of a core or bytes.
///
/// A template's request within `lower` and `upper` does well enough, and so does one that is nearly the target; all
/// others become the target. So what once was changed is not changed again: the target itself does well enough.
///
/// What was raised since somebody was killed for memory is given however small the difference is.
///
/// @param target one step of the policy away, at most, from what running pods ask for
record WantedRequest(long lower, long target, long upper, boolean isOomRaise, ChangeBounds change) {

    static WantedRequest of(ResourceKind kind, StoredRecommendation.Container recommended, ResourceSizing sizing) {
        long target = sizing.clamp((double) kind.of(recommended.target()));
        boolean isOomRaise =
                kind == ResourceKind.MEMORY && recommended.isOomRaise() && target > kind.of(recommended.current());
        return new WantedRequest(
                kind.of(recommended.lower()),
                isOomRaise ? target : sizing.change().cut(kind.of(recommended.current()), target),
                kind.of(recommended.upper()),
                isOomRaise,
                sizing.change());
    }

    long request(long template) {
        boolean isGoodEnough = template >= lower && template <= upper;
        boolean isTooSmall = !(isOomRaise && target > template) && change.isTooSmall(template, target);
        return isGoodEnough || isTooSmall ? template : target;
    }
}
