package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;

/// What becomes of a container's memory limit when its request changes. A limit is never added and never taken away
/// (the API server refuses both).
///
/// A CPU limit is left as it is unless the request would exceed it: it then follows the request. Where request and
/// limit are equal they stay equal, in both resources: the pod's QoS class rests on it, and must not change.
public sealed interface LimitRule {

    /// Limits stay, except where a request would exceed them.
    record RequestsOnly() implements LimitRule {}

    /// The memory limit keeps its ratio to the request.
    record ByRatio() implements LimitRule {}

    /// The memory limit is the request and this share more.
    ///
    /// @param share 0 to 10
    record ByHeadroom(double share) implements LimitRule {

        private static final double SHARE_MAX = 10;

        public ByHeadroom {
            if (!(share >= 0 && share <= SHARE_MAX)) {
                throw new IllegalArgumentException("share must be within 0 and 10: " + share);
            }
        }
    }

    /// The limits that go with new requests; zero where there is none.
    default Resources limits(ContainerSpec present, Resources requests) {
        return new Resources(
                kept(present.requests().cpuMillis(), present.limits().cpuMillis(), requests.cpuMillis()),
                memoryLimit(present.requests().memoryBytes(), present.limits().memoryBytes(), requests.memoryBytes()));
    }

    private long memoryLimit(long request, long limit, long nextRequest) {
        if (limit == 0 || limit == request) {
            return kept(request, limit, nextRequest);
        }
        return switch (this) {
            case RequestsOnly() -> kept(request, limit, nextRequest);
            case ByRatio() -> request == 0 ? kept(request, limit, nextRequest) : scaled(limit, request, nextRequest);
            case ByHeadroom(double share) -> (long) Math.ceil(nextRequest * (1 + share));
        };
    }

    private static long kept(long request, long limit, long nextRequest) {
        if (limit == 0) {
            return 0;
        }
        return limit == request ? nextRequest : Math.max(limit, nextRequest);
    }

    private static long scaled(long limit, long request, long nextRequest) {
        return Math.max(nextRequest, (long) Math.ceil((double) limit / request * nextRequest));
    }
}
