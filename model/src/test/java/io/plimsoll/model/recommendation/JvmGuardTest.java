package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.recommendation.MemoryFloor.JvmHeap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JvmGuardTest {

    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;

    /// floor = heap + max(100 MiB, heap / 4)
    @ParameterizedTest
    @CsvSource({
        "-Xmx256m, 256, 356",
        "-Xmx2g, 2048, 2560",
        "-Xmx2G, 2048, 2560",
        "-Xmx1048576k, 1024, 1280",
        "-Xmx268435456, 256, 356",
        "-XX:MaxHeapSize=256m, 256, 356",
    })
    void read_heapSize_isHeapAndWhatLiesOutside(String argument, long heapMib, long floorMib) {
        var guard = read(List.of("java", argument, "-jar", "shop.jar"), Map.of(), 8 * GIB);

        assertThat(guard.floor()).contains(new JvmHeap(floorMib * MIB, heapMib * MIB, argument + " in the arguments"));
        assertThat(guard.ignored()).isEmpty();
    }

    /// 50 % of 2 GiB, and a quarter of that besides; 90 % and a quarter are more than the limit, within which it lives.
    @ParameterizedTest
    @CsvSource({"50, 1024, 1280", "50.0, 1024, 1280", "90, 1843, 2048", "100, 2048, 2048"})
    void read_ramPercentage_isOfTheLimitAndNotAboveIt(String percent, long heapMib, long floorMib) {
        var guard = read(List.of("-XX:MaxRAMPercentage=" + percent), Map.of(), 2 * GIB);

        assertThat(guard.floor().orElseThrow().heapBytes() / MIB).isEqualTo(heapMib);
        assertThat(guard.floor().orElseThrow().bytes() / MIB).isEqualTo(floorMib);
    }

    @Test
    void read_ramPercentageWithoutLimit_saysNothing() {
        assertThat(read(List.of("-XX:MaxRAMPercentage=75"), Map.of(), 0).floor())
                .isEmpty();
    }

    @Test
    void read_maxRam_standsForTheLimitThatThereIsNot() {
        var guard = read(List.of("-XX:MaxRAM=1g", "-XX:MaxRAMPercentage=50"), Map.of(), 0);

        assertThat(guard.floor().map(JvmHeap::heapBytes)).contains(512 * MIB);
    }

    @Test
    void read_maxRamAboveTheLimit_isTheLimit() {
        var guard = read(List.of("-XX:MaxRAM=4g", "-XX:MaxRAMPercentage=50"), Map.of(), GIB);

        assertThat(guard.floor().map(JvmHeap::heapBytes)).contains(512 * MIB);
    }

    @Test
    void read_severalPlaces_theOneThatTheMachineReadsLastWins() {
        var environment = Map.of("JAVA_TOOL_OPTIONS", "-Xmx1g", "JDK_JAVA_OPTIONS", "-Xmx2g", "JAVA_OPTS", "-Xmx3g");

        assertThat(setting(read(List.of(), environment, 0))).contains("-Xmx3g in JAVA_OPTS");
        assertThat(setting(read(List.of("-Xmx4g", "-Xmx5g"), environment, 0))).contains("-Xmx5g in the arguments");
        assertThat(setting(read(List.of("-Xmx4g"), Map.of("_JAVA_OPTIONS", "-Xmx6g"), 0)))
                .contains("-Xmx6g in _JAVA_OPTIONS");
    }

    @Test
    void read_heapSizeAndPercentage_theSizeWinsWhereverItStands() {
        var guard = read(List.of("-XX:MaxRAMPercentage=90"), Map.of("JAVA_TOOL_OPTIONS", "-Xmx256m"), GIB);

        assertThat(setting(guard)).contains("-Xmx256m in JAVA_TOOL_OPTIONS");
    }

    @Test
    void read_commandWithinAShell_isFound() {
        var guard = read(List.of("sh", "-c", "exec java \"-Xmx512m\" -jar shop.jar"), Map.of(), 0);

        assertThat(guard.floor().map(JvmHeap::heapBytes)).contains(512 * MIB);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xmx",
                "-Xmx0",
                "-Xmx5x",
                "-Xmx-1g",
                "-Xmx1.5g",
                "-Xmx$(HEAP)",
                "-Xmx99999999999999999999g",
                "-Xmx999999999999999999t",
                "-XX:MaxHeapSize=",
                "-XX:MaxRAM=lots"
            })
    void read_malformedSize_isLeftOutAndSaidSo(String argument) {
        var guard = read(List.of("-Xmx256m", argument), Map.of(), 0);

        assertThat(setting(guard)).contains("-Xmx256m in the arguments");
        assertThat(guard.ignored())
                .containsExactly(argument + " in the arguments is not a size such as 512m or 2g: left out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "101", "-5", "abc", "1e2", "NaN"})
    void read_malformedPercentage_isLeftOutAndSaidSo(String percent) {
        var guard = read(List.of("-XX:MaxRAMPercentage=" + percent), Map.of(), GIB);

        assertThat(guard.floor()).isEmpty();
        assertThat(guard.ignored()).hasSize(1);
    }

    @Property(tries = 500)
    void read_anyText_neitherThrowsNorAsksForLessThanTheHeap(
            @ForAll String argument, @ForAll String options, @ForAll long limit) {
        var guard = read(
                List.of("-Xmx" + argument, "-XX:MaxRAMPercentage=" + argument),
                Map.of("JAVA_TOOL_OPTIONS", options),
                Math.abs(limit / 2));

        assertThat(guard.floor().stream())
                .allMatch(floor -> floor.bytes() >= floor.heapBytes() && floor.heapBytes() > 0);
    }

    private static JvmGuard read(List<String> arguments, Map<String, String> environment, long limitBytes) {
        return JvmGuard.read(arguments, environment, limitBytes);
    }

    private static Optional<String> setting(JvmGuard guard) {
        return guard.floor().map(JvmHeap::setting);
    }
}
