package io.plimsoll.app.lint;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Durations as Go writes them: `300ms`, `1.5s`, `1m30s`; a bare `0` too.
final class GoDuration {

    private static final Pattern WHOLE = Pattern.compile("[-+]?(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:ns|us|µs|μs|ms|s|m|h))+");
    private static final Pattern TERM = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
    private static final Map<String, BigDecimal> MILLIS = Map.of(
            "ns", new BigDecimal("0.000001"),
            "us", new BigDecimal("0.001"),
            "µs", new BigDecimal("0.001"),
            "μs", new BigDecimal("0.001"),
            "ms", BigDecimal.ONE,
            "s", new BigDecimal(1_000),
            "m", new BigDecimal(60_000),
            "h", new BigDecimal(3_600_000));

    private GoDuration() {}

    /// Milliseconds, or empty when Go would not read it.
    static Optional<Double> millis(String text) {
        if (text.equals("0")) {
            return Optional.of(0.0);
        }
        if (text.length() > 64 || !WHOLE.matcher(text).matches()) {
            return Optional.empty();
        }
        var sum = BigDecimal.ZERO;
        var terms = TERM.matcher(text);
        while (terms.find()) {
            sum = sum.add(
                    new BigDecimal(terms.group(1)).multiply(MILLIS.getOrDefault(terms.group(2), BigDecimal.ZERO)));
        }
        return Optional.of(text.startsWith("-") ? -sum.doubleValue() : sum.doubleValue());
    }
}
