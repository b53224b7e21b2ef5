package io.plimsoll.model.placement;

import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.regime.RegimeKind;

/// What a placement depends on besides the image and the pod.
///
/// @param company who hurts whom
/// @param hours whether it is peak or off-peak in the cluster
public record Circumstances(Company company, RegimeKind hours) {

    public static final Circumstances UNKNOWN = new Circumstances(Company.UNKNOWN, RegimeKind.UNKNOWN);
}
