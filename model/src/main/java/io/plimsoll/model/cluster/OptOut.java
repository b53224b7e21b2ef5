package io.plimsoll.model.cluster;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// What a pod, its workload or its namespace does not want from Plimsoll, by the label `opt-out.plimsoll.io/<name>`
/// with the value `"true"`; `all` stands for each of them.
public enum OptOut {
    /// Not ranked and not filtered: the scheduler decides as if Plimsoll were not there.
    SCORE("opt-out.plimsoll.io/score"),
    /// Never evicted.
    EVICT("opt-out.plimsoll.io/evict"),
    /// Never resized.
    RESIZE("opt-out.plimsoll.io/resize");

    /// The label that opts out of everything.
    public static final String ALL_LABEL = "opt-out.plimsoll.io/all";

    private final String label;

    OptOut(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /// The opt-outs that `labels` ask for; any other value than `"true"` asks for nothing.
    public static Set<OptOut> in(Map<String, String> labels) {
        if ("true".equals(labels.get(ALL_LABEL))) {
            return Collections.unmodifiableSet(EnumSet.allOf(OptOut.class));
        }
        var found = EnumSet.noneOf(OptOut.class);
        for (var optOut : values()) {
            if ("true".equals(labels.get(optOut.label))) {
                found.add(optOut);
            }
        }
        return Collections.unmodifiableSet(found);
    }
}
