package io.plimsoll.app.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// What a setting's text is read as.
///
/// @param allowed what is allowed, in words for messages
/// @param read the value of a text, or empty when it is not allowed
public record ValueType<T>(String allowed, Function<String, Optional<T>> read) {

    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,15}");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}(\\.\\d{1,12})?");

    public static ValueType<Long> whole(long min, long max) {
        return new ValueType<>(
                "a whole number, " + min + " to " + max,
                text -> Optional.of(text)
                        .filter(WHOLE.asMatchPredicate())
                        .map(Long::parseLong)
                        .filter(value -> value >= min && value <= max));
    }

    /// A number from 0 up.
    public static ValueType<Double> weight() {
        return new ValueType<>(
                "a number, 0 to 1000", text -> number(text).filter(value -> value >= 0 && value <= 1000));
    }

    /// A share, neither nothing nor all.
    public static ValueType<Double> share() {
        return new ValueType<>(
                "a number between 0 and 1, like 0.65", text -> number(text).filter(value -> value > 0 && value < 1));
    }

    /// A share that may be nothing, but not all.
    public static ValueType<Double> shareOrNone() {
        return new ValueType<>(
                "a number from 0 to below 1, like 0.65", text -> number(text).filter(value -> value >= 0 && value < 1));
    }

    /// A share of which too much makes no sense: more than nothing, and less than `limit`.
    public static ValueType<Double> shareBelow(double limit) {
        return new ValueType<>(
                "a number between 0 and " + limit + ", like " + limit / 10,
                text -> number(text).filter(value -> value > 0 && value < limit));
    }

    public static ValueType<Boolean> yesOrNo() {
        return new ValueType<>("true or false", text -> switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    public static ValueType<String> oneOf(String... words) {
        var list = List.copyOf(Arrays.asList(words));
        return new ValueType<>(
                "one of " + String.join(", ", list), text -> Optional.of(text).filter(list::contains));
    }

    /// Any text, also none.
    public static ValueType<String> text(String words) {
        return new ValueType<>(words, Optional::of);
    }

    /// A text that fits a pattern.
    public static ValueType<String> text(String words, String pattern) {
        var compiled = Pattern.compile(pattern);
        return new ValueType<>(words, text -> Optional.of(text).filter(compiled.asMatchPredicate()));
    }

    private static Optional<Double> number(String text) {
        return Optional.of(text).filter(NUMBER.asMatchPredicate()).map(Double::parseDouble);
    }
}
