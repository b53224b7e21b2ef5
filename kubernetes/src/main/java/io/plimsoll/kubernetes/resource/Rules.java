package io.plimsoll.kubernetes.resource;

/// The rules of the schema that several fields share, in CEL; each is a constant because annotations take nothing else.
///
/// A rule first checks the text's shape: what CEL cannot convert would end in an error of the rule instead of its
/// message.
final class Rules {

    private static final String IS_DURATION = "self.matches('^([0-9]{1,5}(h|m|s|ms)){1,4}$')";
    private static final String NAME = "matches('^[a-z0-9*]([-a-z0-9.*]*[a-z0-9*])?$')";

    static final String WINDOW = "self.matches('^(24|48|72|96|120|144|168|192)h$')";
    static final String WINDOW_MESSAGE =
            "write whole days in hours, from 24h to 192h, as 168h for a week: eight days are kept";

    static final String SOURCE = "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')";
    static final String SOURCE_MESSAGE =
            "write the name of a usage source as settings have it, as metrics-api, kubelet-summary or prometheus";

    static final String COOLDOWN =
            IS_DURATION + " && duration(self) >= duration('1m') && duration(self) <= duration('720h')";
    static final String COOLDOWN_MESSAGE = "write a duration from 1m to 720h, as 30m, 6h or 1h30m; a day is 24h";

    static final String INTERVAL =
            IS_DURATION + " && duration(self) >= duration('1m') && duration(self) <= duration('24h')";
    static final String INTERVAL_MESSAGE = "write a duration from 1m to 24h, as 5m or 1h";

    static final String CANARY_WINDOW =
            IS_DURATION + " && duration(self) >= duration('0s') && duration(self) <= duration('24h')";
    static final String CANARY_WINDOW_MESSAGE = "write a duration up to 24h, as 5m or 1h; 0s does without the wait";

    static final String ANNOTATIONS = "self.all(key, size(key) <= 317"
            + " && key.matches('^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$')"
            + " && !key.matches('^([-a-z0-9.]*[.])?(kubernetes|k8s|plimsoll)[.]io/'))";
    static final String ANNOTATIONS_MESSAGE = "write keys of annotations, as argocd.argoproj.io/skip-reconcile;"
            + " those of kubernetes.io, k8s.io and plimsoll.io are not for policies to set";

    static final String NAME_PATTERN = "self." + NAME;
    static final String NAME_PATTERNS = "self.all(name, name." + NAME + ")";
    static final String NAME_PATTERN_MESSAGE =
            "write names such as web or web-*: lower-case letters, digits, - and ., with * for any characters";

    static final String CPU_MIN = "!has(self.min) || isQuantity(string(self.min))"
            + " && quantity(string(self.min)).isGreaterThan(quantity('0'))"
            + " && quantity(string(self.min)).isLessThan(quantity('4097'))";
    static final String CPU_MAX = "!has(self.max) || isQuantity(string(self.max))"
            + " && quantity(string(self.max)).isGreaterThan(quantity('0'))"
            + " && quantity(string(self.max)).isLessThan(quantity('4097'))";
    static final String CPU_MIN_CHANGE = "!has(self.minChange) || isQuantity(string(self.minChange))"
            + " && quantity(string(self.minChange)).isGreaterThan(quantity('0'))"
            + " && quantity(string(self.minChange)).isLessThan(quantity('4097'))";
    static final String CPU_MESSAGE = "CPU is in cores, above zero: write 250m for a quarter of one, 2 for two";

    static final String MEMORY_MIN = "!has(self.min) || isQuantity(string(self.min))"
            + " && !quantity(string(self.min)).isLessThan(quantity('1Mi'))";
    static final String MEMORY_MAX = "!has(self.max) || isQuantity(string(self.max))"
            + " && !quantity(string(self.max)).isLessThan(quantity('1Mi'))";
    static final String MEMORY_MIN_CHANGE = "!has(self.minChange) || isQuantity(string(self.minChange))"
            + " && !quantity(string(self.minChange)).isLessThan(quantity('1Mi'))";
    static final String MEMORY_MESSAGE =
            "memory is in bytes, at least 1Mi: write 64Mi or 1Gi (64 is 64 bytes, 64m a thousandth of that)";

    static final String MIN_MAX = "!has(self.min) || !has(self.max) || !isQuantity(string(self.min))"
            + " || !isQuantity(string(self.max))"
            + " || !quantity(string(self.min)).isGreaterThan(quantity(string(self.max)))";
    static final String MIN_MAX_MESSAGE = "min must not be above max: lower min, raise max, or leave one out";

    private Rules() {}
}
