package io.plimsoll.extender.inspection;

import java.util.Locale;

/// Names of constants as inspection shows them: `NOT_READY` is `not-ready`.
final class Labels {

    private Labels() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
