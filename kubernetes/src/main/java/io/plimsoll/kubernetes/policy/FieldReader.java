package io.plimsoll.kubernetes.policy;

import io.fabric8.kubernetes.api.model.Quantity;
import io.plimsoll.kubernetes.watch.Quantities;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads single fields of one policy and collects what is wrong with them. Owned by the thread that reads the
/// policy.
///
/// The API server refuses most of these mistakes; a policy that it took under older rules, or one from a
/// file, has to be read all the same.
final class FieldReader {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,5}(h|ms|m|s)){1,4}");
    private static final Pattern DURATION_TERM = Pattern.compile("(\\d{1,5})(h|ms|m|s)");
    private static final double PERCENT = 100.0;

    private final List<FieldError> errors = new ArrayList<>();

    List<FieldError> errors() {
        return errors;
    }

    void wrong(String path, String message) {
        errors.add(new FieldError(path, message));
    }

    /// A whole percent as a share.
    double share(String path, @Nullable Integer percent, Bounds bounds, double absent) {
        if (percent == null) {
            return absent;
        }
        if (percent < bounds.min() || percent > bounds.max()) {
            wrong(path, "write a percent from " + bounds.min() + " to " + bounds.max() + " in place of " + percent);
            return absent;
        }
        return percent / PERCENT;
    }

    int count(String path, @Nullable Integer number, Bounds bounds, int absent) {
        if (number == null) {
            return absent;
        }
        if (number < bounds.min() || number > bounds.max()) {
            wrong(path, "write a number from " + bounds.min() + " to " + bounds.max() + " in place of " + number);
            return absent;
        }
        return number;
    }

    /// The least and the most that may be written.
    record Bounds(int min, int max) {}

    /// Thousandths of a core.
    long cpuMillis(String path, @Nullable Quantity quantity, long absent) {
        if (quantity == null) {
            return absent;
        }
        var text = quantity.toString();
        long millis = Quantities.milli(text);
        if (!Quantities.isQuantity(text) || millis < 1 || millis > 4_096_000) {
            wrong(path, "CPU is in cores, above zero: write 250m or 2 in place of " + text);
            return absent;
        }
        return millis;
    }

    long memoryBytes(String path, @Nullable Quantity quantity, long absent) {
        if (quantity == null) {
            return absent;
        }
        var text = quantity.toString();
        long bytes = Quantities.value(text);
        if (!Quantities.isQuantity(text) || bytes < 1 << 20) {
            wrong(path, "memory is in bytes, at least 1Mi: write 64Mi or 1Gi in place of " + text);
            return absent;
        }
        return bytes;
    }

    Duration duration(String path, @Nullable String text, Duration absent) {
        if (text == null) {
            return absent;
        }
        if (!DURATION.matcher(text).matches()) {
            wrong(path, "write a duration such as 90s, 30m or 6h in place of '" + text + "'; a day is 24h");
            return absent;
        }
        var sum = Duration.ZERO;
        var terms = DURATION_TERM.matcher(text);
        while (terms.find()) {
            sum = sum.plus(term(Long.parseLong(terms.group(1)), terms.group(2)));
        }
        return sum;
    }

    private static Duration term(long count, String unit) {
        return switch (unit) {
            case "h" -> Duration.ofHours(count);
            case "m" -> Duration.ofMinutes(count);
            case "s" -> Duration.ofSeconds(count);
            default -> Duration.ofMillis(count);
        };
    }

    ZoneId zone(String path, @Nullable String text) {
        try {
            return ZoneId.of(text == null ? "UTC" : text);
        } catch (DateTimeException e) {
            wrong(path, "write a time zone of the IANA database, such as Europe/Vienna, in place of '" + text + "'");
            return ZoneId.of("UTC");
        }
    }

    LocalTime time(String path, @Nullable String text) {
        try {
            return LocalTime.parse(text == null ? "" : text);
        } catch (DateTimeException e) {
            wrong(path, "write a time of day such as 06:30 in place of '" + (text == null ? "" : text) + "'");
            return LocalTime.MIDNIGHT;
        }
    }
}
