package io.plimsoll.rightsizer.admission;

import io.plimsoll.model.cluster.ReasonCode;

/// Why a new pod is left as its template has it. The code is the constant's name in CamelCase, for metrics.
enum LeftReason implements ReasonCode {
    /// Nothing, or nothing fresh, is known of policies and recommendations, or of the cluster.
    NOT_KNOWN_YET,
    NOT_A_NEW_POD,
    /// Nobody owns it, or its node does.
    NO_WORKLOAD,
    /// No policy sizes new pods of its workload, or nothing is recommended.
    NO_RECOMMENDATION,
    OPTED_OUT,
    /// It has requests of its own, beside its containers'.
    POD_LEVEL,
    /// What it asks for does well enough.
    FITS,
    QUALITY_OF_SERVICE,
    LIMIT_RANGE,
    QUOTA;
}
