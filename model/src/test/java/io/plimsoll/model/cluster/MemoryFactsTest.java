package io.plimsoll.model.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryFactsTest {

    private static final long GIB = 1L << 30;

    /// A heap of half the limit was reckoned at the start of the process. Were it taken anew from each lower limit, a
    /// few cuts would go below what the process has.
    @Test
    void heap_ofAPodWhoseLimitIsLoweredTwice_staysAsItWasAtFirst() {
        var first = heap(GIB);

        var cut = heap(GIB * 7 / 10).after(first);
        var cutAgain = heap(GIB / 2).after(cut);

        assertThat(cutAgain.heap("app")).contains(new HeapSetting("app", GIB, GIB * 5 / 4, "MaxRAMPercentage"));
    }

    @Test
    void heap_thatGrows_isTheLargerOne() {
        assertThat(heap(2 * GIB).after(heap(GIB)).heap("app").map(HeapSetting::heapBytes))
                .contains(2 * GIB);
    }

    @Test
    void heap_thatIsSaidNoLonger_isNone() {
        assertThat(MemoryFacts.NONE.after(heap(GIB))).isEqualTo(MemoryFacts.NONE);
    }

    private static MemoryFacts heap(long bytes) {
        return new MemoryFacts(
                List.of(new HeapSetting("app", bytes, bytes + bytes / 4, "MaxRAMPercentage")), List.of());
    }
}
