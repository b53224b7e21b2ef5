package io.plimsoll.model.recommendation;

import io.plimsoll.model.recommendation.MemoryFloor.JvmHeap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Reads from a container's arguments and environment how large the heap of its Java virtual machine may grow, and what
/// memory it must not fall below therefore.
///
/// A virtual machine fixes its largest heap when it starts. Memory lowered under it in place is not noticed until the
/// heap grows into the limit and the container is killed. So the floor is
///
///     floor = heap + max(100 MiB, heap / 4)
///
/// where the second term stands for what lies outside the heap (classes, compiled code, threads, buffers). It is a
/// quarter since `-XX:MaxRAMPercentage=80` is about as far as people go and live.
///
/// | said | limit | heap | floor |
/// |---|---|---|---|
/// | `-Xmx256m` | any | 256 MiB | 356 MiB |
/// | `-Xmx2g` | any | 2 GiB | 2.5 GiB |
/// | `-XX:MaxRAMPercentage=50` | 2 GiB | 1 GiB | 1.25 GiB |
/// | `-XX:MaxRAMPercentage=90` | 2 GiB | 1.8 GiB | 2 GiB: the limit, within which it lives now |
/// | `-XX:MaxRAMPercentage=50 -XX:MaxRAM=1g` | 2 GiB | 512 MiB | 640 MiB |
///
/// Settings count in the order in which the virtual machine reads them, and the last one wins: `JAVA_TOOL_OPTIONS`,
/// `JDK_JAVA_OPTIONS`, `JAVA_OPTS` (a custom of start scripts), the command line, `_JAVA_OPTIONS`. `-Xmx` goes before
/// percentages wherever it stands. A value is data: one that is malformed, or that refers to another variable, is left
/// out and said so.
///
/// @param floor empty when no heap is set, or when its size hangs on a limit that there is not
/// @param ignored what was left out, and why, for people
public record JvmGuard(Optional<JvmHeap> floor, List<String> ignored) {

    private static final List<String> VARIABLES_BEFORE = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS");
    private static final String VARIABLE_AFTER = "_JAVA_OPTIONS";
    private static final String COMMAND_LINE = "the arguments";
    private static final long OUTSIDE_HEAP_BYTES_MIN = 100L << 20;
    private static final double OUTSIDE_HEAP_SHARE = 0.25;
    private static final double RAM_PERCENT_DEFAULT = 25;

    public JvmGuard {
        ignored = List.copyOf(ignored);
    }

    /// Whether a variable of that name is read.
    public static boolean isVariable(String name) {
        return VARIABLES_BEFORE.contains(name) || VARIABLE_AFTER.equals(name);
    }

    /// @param arguments the container's command and arguments
    /// @param environment its variables by name
    /// @param limitBytes its memory limit; 0 for none
    public static JvmGuard read(List<String> arguments, Map<String, String> environment, long limitBytes) {
        var settings = new Settings();
        for (var variable : VARIABLES_BEFORE) {
            settings.readAll(List.of(environment.getOrDefault(variable, "")), variable);
        }
        settings.readAll(arguments, COMMAND_LINE);
        settings.readAll(List.of(environment.getOrDefault(VARIABLE_AFTER, "")), VARIABLE_AFTER);
        return new JvmGuard(settings.floor(limitBytes), settings.ignored);
    }

    /// What was read so far.
    private static final class Settings {

        private final List<String> ignored = new ArrayList<>();
        private long heapBytes;
        private String heapSetting = "";
        private double ramPercent;
        private String ramPercentSetting = "";
        private long ramBytes;
        private String ramSetting = "";

        void readAll(List<String> texts, String place) {
            for (var text : texts) {
                for (var word : text.split("[\\s'\"]+", -1)) {
                    read(word, place);
                }
            }
        }

        private void read(String word, String place) {
            var setting = word + " in " + place;
            if (word.startsWith("-Xmx")) {
                readHeap(word.substring("-Xmx".length()), setting);
            } else if (word.startsWith("-XX:MaxHeapSize=")) {
                readHeap(valueOf(word), setting);
            } else if (word.startsWith("-XX:MaxRAMPercentage=")) {
                readRamPercent(valueOf(word), setting);
            } else if (word.startsWith("-XX:MaxRAM=")) {
                readRam(valueOf(word), setting);
            }
        }

        private void readHeap(String value, String setting) {
            var bytes = bytes(value, setting);
            if (bytes.isPresent()) {
                heapBytes = bytes.getAsLong();
                heapSetting = setting;
            }
        }

        private void readRam(String value, String setting) {
            var bytes = bytes(value, setting);
            if (bytes.isPresent()) {
                ramBytes = bytes.getAsLong();
                ramSetting = setting;
            }
        }

        private void readRamPercent(String value, String setting) {
            var percent = number(value);
            if (percent.isPresent() && percent.getAsDouble() > 0 && percent.getAsDouble() <= 100) {
                ramPercent = percent.getAsDouble();
                ramPercentSetting = setting;
            } else {
                ignored.add(setting + " is not a percentage above 0 and up to 100: left out");
            }
        }

        private OptionalLong bytes(String value, String setting) {
            var bytes = JvmGuard.bytes(value);
            if (bytes.isEmpty()) {
                ignored.add(setting + " is not a size such as 512m or 2g: left out");
            }
            return bytes;
        }

        Optional<JvmHeap> floor(long limitBytes) {
            if (heapBytes > 0) {
                return Optional.of(new JvmHeap(withOutside(heapBytes), heapBytes, heapSetting));
            }
            long seenBytes = ramBytes == 0 || (limitBytes > 0 && limitBytes < ramBytes) ? limitBytes : ramBytes;
            if (seenBytes == 0 || (ramPercent == 0 && ramBytes == 0)) {
                return Optional.empty();
            }
            double percent = ramPercent == 0 ? RAM_PERCENT_DEFAULT : ramPercent;
            long heap = (long) (seenBytes * percent / 100);
            long floor = limitBytes == 0 ? withOutside(heap) : Math.min(limitBytes, withOutside(heap));
            return Optional.of(new JvmHeap(floor, heap, ramPercent == 0 ? ramSetting : ramPercentSetting));
        }
    }

    private static String valueOf(String word) {
        return word.substring(word.indexOf('=') + 1);
    }

    private static long withOutside(long heapBytes) {
        double sum = heapBytes + Math.max((double) OUTSIDE_HEAP_BYTES_MIN, OUTSIDE_HEAP_SHARE * heapBytes);
        return (long) sum;
    }

    /// A size as the virtual machine reads it: digits, and k, m, g or t in either case.
    private static OptionalLong bytes(String value) {
        if (!value.matches("[0-9]{1,18}[kKmMgGtT]?")) {
            return OptionalLong.empty();
        }
        int digits = Character.isDigit(value.charAt(value.length() - 1)) ? value.length() : value.length() - 1;
        int shift =
                digits == value.length() ? 0 : 10 * ("kmgt".indexOf(Character.toLowerCase(value.charAt(digits))) + 1);
        long amount = Long.parseLong(value.substring(0, digits));
        return amount == 0 || amount > Long.MAX_VALUE >> (shift + 2)
                ? OptionalLong.empty()
                : OptionalLong.of(amount << shift);
    }

    private static OptionalDouble number(String value) {
        return value.matches("[0-9]{1,9}(\\.[0-9]{0,9})?")
                ? OptionalDouble.of(Double.parseDouble(value))
                : OptionalDouble.empty();
    }
}
