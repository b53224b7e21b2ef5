package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.HeapSetting;
import io.plimsoll.model.cluster.InitContainers;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A pod of 512 MiB whose heap is half of that by its flags, as an image that was begun now tells it.
class FormerLimitsTest {

    private static final long MIB = 1L << 20;
    private static final PodKey POD = new PodKey("shop", "web-1");
    private static final HeapSetting HALF =
            new HeapSetting("main", 256 * MIB, 356 * MIB, "-XX:MaxRAMPercentage=50 in JAVA_TOOL_OPTIONS");

    private final FormerLimits limits = new FormerLimits();

    /// 1 GiB when it was started: the heap is 512 MiB since, of which 712 MiB are the floor.
    @Test
    void heap_thatIsAShareOfMemory_isThatOfTheLimitBeforeItWasLowered() {
        limits.remember(lowered("u-1", 768), image("u-1", HALF));
        limits.remember(lowered("u-1", 1024), image("u-1", HALF));
        limits.remember(lowered("u-1", 768), image("u-1", HALF));

        assertThat(heap(limits.applied(image("u-1", HALF))))
                .isEqualTo(new HeapSetting("main", 512 * MIB, 712 * MIB, HALF.setting()));
    }

    /// The present limit may be lowered further: the heap stays that of the first.
    @Test
    void heap_ofAPodThatIsLoweredAgain_isNotReckonedTwice() {
        limits.remember(lowered("u-1", 1024), image("u-1", HALF));
        var first = limits.applied(image("u-1", HALF));

        assertThat(limits.applied(first))
                .satisfies(image -> assertThat(heap(image).heapBytes()).isEqualTo(512 * MIB));
    }

    /// What is decided between two passes is decided on an image of its own.
    @Test
    void heap_onAnImageBetweenTwoPasses_isTheSame() {
        limits.remember(lowered("u-1", 1024), image("u-1", HALF));
        limits.applied(image("u-1", HALF));

        assertThat(heap(limits.shown(image("u-1", HALF))).heapBytes()).isEqualTo(512 * MIB);
    }

    @Test
    void heap_ofAnotherPodOfThatName_isItsOwn() {
        limits.remember(lowered("u-0", 1024), image("u-1", HALF));

        assertThat(heap(limits.applied(image("u-1", HALF)))).isEqualTo(HALF);
    }

    @Test
    void heap_thatIsNoShare_isAsItIsSaid() {
        var fixed = new HeapSetting("main", 256 * MIB, 356 * MIB, "-Xmx256m in the arguments");
        limits.remember(lowered("u-1", 1024), image("u-1", HALF));

        assertThat(heap(limits.applied(image("u-1", fixed)))).isEqualTo(fixed);
    }

    private static HeapSetting heap(ClusterImage image) {
        return image.pod(POD).orElseThrow().spec().memory().heap("main").orElseThrow();
    }

    private static Logged lowered(String uid, long fromMib) {
        var before = new ContainerSpec("main", new Resources(100, 64 * MIB), new Resources(0, fromMib * MIB));
        var after = new ContainerSpec("main", new Resources(100, 64 * MIB), new Resources(0, 512 * MIB));
        var change = new Change(
                new Owner("shop", "Deployment", "web"),
                "shop/web",
                "UsageChanged",
                "a test",
                Optional.empty(),
                List.of(new PodChange(POD, uid, List.of(before), List.of(after))));
        return new Logged("shop/web-" + fromMib, fromMib, change, ChangePhase.APPLIED);
    }

    private static ClusterImage image(String uid, HeapSetting heap) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        delta.replay(new ClusterEvent.PodApplied(new PodSpec(
                POD,
                uid,
                Optional.empty(),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                1,
                false,
                List.of(new ContainerSpec("main", new Resources(100, 64 * MIB), new Resources(0, 512 * MIB))),
                InitContainers.NONE,
                PodLevel.NONE,
                Set.of(),
                new MemoryFacts(List.of(heap), List.of()),
                PodTraits.NONE)));
        return delta.apply();
    }
}
