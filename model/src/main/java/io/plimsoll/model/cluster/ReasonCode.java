package io.plimsoll.model.cluster;

import java.util.Locale;

/// A reason of a closed list, whose code is written as Kubernetes writes reasons. Enums implement it.
public interface ReasonCode {

    /// The constant's name.
    String name();

    /// That name in CamelCase: `OutsideSchedule` of `OUTSIDE_SCHEDULE`.
    default String code() {
        var code = new StringBuilder();
        for (var word : name().split("_")) {
            code.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return code.toString();
    }
}
