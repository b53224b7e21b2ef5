package io.plimsoll.kubernetes.policy;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Names with `*` for any characters: `web`, `web-*`, `*-proxy`, `*`.
final class NamePatterns {

    private NamePatterns() {}

    /// Whether a name is among the allowed ones (all, when there are none) and not among the denied ones.
    static Predicate<String> choice(List<String> allow, List<String> deny) {
        var allowed = any(allow.isEmpty() ? List.of("*") : allow);
        return allowed.and(any(deny).negate());
    }

    static Predicate<String> one(String pattern) {
        return Pattern.compile(Arrays.stream(pattern.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")))
                .asMatchPredicate();
    }

    private static Predicate<String> any(List<String> patterns) {
        return patterns.stream().map(NamePatterns::one).reduce(name -> false, Predicate::or);
    }
}
