package io.plimsoll.model.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.model.cluster.PodKey;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EncodedHistoryProperties {

    private static final long MINUTE = 60 * 1000L;
    private static final long START = 1_000 * 24 * 60 * MINUTE;

    record Reading(double cpuMillis, long afterMinutes) {}

    @Provide
    Arbitrary<List<Reading>> readings() {
        return Combinators.combine(
                        Arbitraries.doubles().between(0, 2e6),
                        Arbitraries.longs().between(0, 3_000))
                .as(Reading::new)
                .list()
                .ofMaxSize(200);
    }

    @Property(tries = 200, seed = "1")
    void decoded_whateverWasMeasured_goesOnAsTheOriginalDoes(
            @ForAll("readings") List<Reading> before, @ForAll("readings") List<Reading> after) {
        var original = new ContainerHistory();
        long at = addAll(original, before, START);
        assertThat(original.encoded().length).isLessThan(900);

        var decoded = ContainerHistory.decoded(original.encoded()).withPodsOf(original);
        addAll(original, after, at);
        addAll(decoded, after, at);

        assertThat(decoded.encoded()).isEqualTo(original.encoded());
        assertThat(decoded.percentile(0.95)).isEqualTo(original.percentile(0.95));
        assertThat(decoded.peak()).isEqualTo(original.peak());
        assertThat(decoded.confidence()).isEqualTo(original.confidence());
    }

    @Property(tries = 1_000, seed = "2")
    void decoded_anyBytes_areRefusedOrYieldAHistoryThatCanBeUsed(@ForAll byte[] bytes, @ForAll boolean isLayoutKnown) {
        var content = Arrays.copyOf(bytes, Math.max(1, bytes.length));
        content[0] = isLayoutKnown ? 1 : content[0];
        try {
            use(ContainerHistory.decoded(content));
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("histo");
        }
    }

    /// One byte of a good one changed: nearer to what a history is than any bytes at random.
    @Property(tries = 1_000, seed = "3")
    void decoded_aByteChanged_isRefusedOrCanBeUsed(
            @ForAll("readings") List<Reading> readings, @ForAll int place, @ForAll byte value) {
        var history = new ContainerHistory();
        addAll(history, readings, START);
        var bytes = history.encoded();
        bytes[Math.floorMod(place, bytes.length)] = value;
        try {
            use(ContainerHistory.decoded(bytes));
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("histo");
        }
    }

    @Example
    void decoded_ofALaterVersion_saysSo() {
        var bytes = new ContainerHistory().encoded();
        bytes[0] = 2;

        assertThatThrownBy(() -> ContainerHistory.decoded(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a history of layout 2, where 1 is known");
    }

    private static void use(ContainerHistory history) {
        addAll(history, List.of(new Reading(100, 1), new Reading(5_000, 1)), START);
        assertThat(history.percentile(0.5).cpuMillis()).isNotNegative();
        assertThat(history.cpuMillis().peakWithin(MINUTE)).isNotNegative();
        assertThat(history.confidence()).isBetween(0.0, 1.0);
    }

    private static long addAll(ContainerHistory history, List<Reading> readings, long from) {
        long at = from;
        for (var reading : readings) {
            at += reading.afterMinutes() * MINUTE;
            history.add(
                    new ContainerUsage(
                            new PodKey("shop", "web-0"),
                            "app",
                            new Sample(reading.cpuMillis(), at, "test"),
                            new Sample(reading.cpuMillis() * 1e6, at, "test")),
                    at);
        }
        return at;
    }
}
