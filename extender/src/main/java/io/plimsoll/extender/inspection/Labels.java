package io.plimsoll.extender.inspection;

import io.plimsoll.model.placement.ScorePart;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Names of constants as inspection shows them: `NOT_READY` is `not-ready`.
final class Labels {

    private Labels() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The same figures by the names of their parts.
    static Map<String, Double> byPart(Map<ScorePart, Double> figures) {
        var labelled = new LinkedHashMap<String, Double>();
        figures.forEach((part, figure) -> labelled.put(part.label(), figure));
        return labelled;
    }
}
