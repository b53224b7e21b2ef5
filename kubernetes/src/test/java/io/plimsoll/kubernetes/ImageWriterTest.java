package io.plimsoll.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import io.plimsoll.model.usage.UsageEstimate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageWriterTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<ClusterImage> seenByHistory = new ArrayList<>();
    private final UsageHistory history = (batch, image) -> {
        seenByHistory.add(image);
        return Map.of(Owner.bare("shop", "web"), estimate());
    };
    private final ImageWriter writer =
            new ImageWriter(history, InstantSource.fixed(Instant.ofEpochMilli(70_000)), meters);

    @AfterEach
    void end() {
        writer.close();
    }

    @Test
    void image_events_accepted_publishedInOrder() {
        writer.accept(new ClusterEvent.NodeApplied(node("n2"), 1));
        writer.accept(new ClusterEvent.NodeApplied(node("n1"), 1));
        writer.accept(new ClusterEvent.NodeDeleted("n2"));

        writer.settle();

        assertThat(writer.get().nodeTable().names()).containsExactly("n1");
        assertThat(meters.counter("plimsoll.image.events", "kind", "NodeApplied")
                        .count())
                .isEqualTo(2);
    }

    @Test
    void history_usageObserved_seesWhatCameBeforeAndItsEstimateIsPublished() {
        writer.accept(new ClusterEvent.NodeApplied(node("n1"), 1));
        writer.accept(new ClusterEvent.PodApplied(pod("web", "n1")));
        writer.observe(batch());

        writer.settle();

        assertThat(seenByHistory)
                .singleElement()
                .satisfies(image -> assertThat(image.podCount()).isOne());
        assertThat(writer.get()
                        .workload(Owner.bare("shop", "web"))
                        .orElseThrow()
                        .estimate())
                .isEqualTo(estimate());
        assertThat(writer.get().node("n1").orElseThrow().signals().value(SignalKind.CPU_USAGE_MILLIS))
                .isEqualTo(700);
    }

    @Test
    void writer_historyFails_usageIsStillPublishedAndCounted() {
        UsageHistory broken = (batch, image) -> {
            throw new IllegalStateException("broken");
        };
        try (var other = new ImageWriter(broken, InstantSource.system(), meters)) {
            other.accept(new ClusterEvent.NodeApplied(node("n1"), 1));
            other.observe(batch());

            other.settle();

            assertThat(other.get().node("n1").orElseThrow().signals().value(SignalKind.CPU_USAGE_MILLIS))
                    .isEqualTo(700);
            assertThat(meters.counter("plimsoll.image.event.failures").count()).isEqualTo(1);
        }
    }

    @Test
    void writer_eventThatCannotBeReplayed_leftOutAndCounted() {
        var hostile = new OwnerSpec(new Owner("shop", "ReplicaSet", "x"), Optional.empty(), 1, Set.of());
        writer.accept(new ClusterEvent.OwnersListed("ReplicaSet", hostileSet(hostile.owner())));
        writer.accept(new ClusterEvent.OwnerApplied(hostile));
        writer.accept(new ClusterEvent.OwnersListed("ReplicaSet", hostileSet(hostile.owner())));
        writer.accept(new ClusterEvent.NodeApplied(node("n1"), 1));

        writer.settle();

        assertThat(writer.get().nodeCount()).isOne();
        assertThat(meters.counter("plimsoll.image.event.failures").count()).isEqualTo(1);
    }

    /// The estimate of the first workload is in when the second one cannot be told.
    @Test
    void writer_eventThatThrowsMidway_leavesNothingOfItBehind() {
        var web = Owner.bare("shop", "web");
        UsageHistory halfway = (batch, image) -> throwingAfter(web, estimate());
        try (var other = new ImageWriter(halfway, InstantSource.system(), meters)) {
            other.accept(new ClusterEvent.NodeApplied(node("n1"), 1));
            other.accept(new ClusterEvent.PodApplied(pod("web", "n1")));
            other.settle();
            var before = other.get();

            other.observe(batch());
            other.accept(new ClusterEvent.NodeApplied(node("n2"), 1));
            other.settle();

            assertThat(other.get().workload(web)).isEqualTo(before.workload(web));
            assertThat(other.get().node("n1")).isEqualTo(before.node("n1"));
            assertThat(other.get().nodeCount()).isEqualTo(2);
            assertThat(meters.counter("plimsoll.image.event.failures").count()).isEqualTo(1);
        }
    }

    @Test
    void writer_thatDiesOfAnError_saysSoAndTakesNothingMore() {
        UsageHistory deadly = (batch, image) -> {
            throw new OutOfMemoryError("just as if");
        };
        var other = new ImageWriter(deadly, InstantSource.system(), meters);
        other.accept(new ClusterEvent.NodeApplied(node("n1"), 1));
        other.settle();
        assertThat(other.problem()).isEmpty();

        other.observe(batch());

        assertThatThrownBy(other::settle)
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("just as if");
        assertThat(other.problem())
                .hasValueSatisfying(words -> assertThat(words).contains("has died", "just as if"));
        assertThat(other.get().nodeCount()).isOne();
        other.close();
    }

    @Test
    void writer_toldToEnd_isNoProblem() {
        writer.close();

        assertThat(writer.problem()).isEmpty();
    }

    @Test
    void label_ofAnEvent_isItsKindAndItsName() {
        assertThat(EventLabel.of(new ClusterEvent.PodApplied(pod("web", "n1")))).isEqualTo("PodApplied shop/web");
        assertThat(EventLabel.of(new ClusterEvent.PodsListed(Set.of(new PodKey("shop", "a"), new PodKey("shop", "b")))))
                .isEqualTo("PodsListed 2 pods");
        assertThat(EventLabel.of(new ClusterEvent.UsageObserved(batch(), Map.of())))
                .isEqualTo("UsageObserved by test");
    }

    @Test
    void writer_closed_writesDownAllAndThenRefuses() {
        for (int i = 0; i < 1000; i++) {
            writer.accept(new ClusterEvent.NodeApplied(node("n" + i), 1));
        }

        writer.close();

        assertThat(writer.get().nodeCount()).isEqualTo(1000);
        assertThatThrownBy(() -> writer.accept(new ClusterEvent.NodeDeleted("n1")))
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("closed");
    }

    /// Zero would say that the picture is fresh when there is none.
    @Test
    void imageAge_beforeTheFirstCompleteLook_isNotANumber() {
        writer.accept(new ClusterEvent.NodeApplied(node("n1"), 1));

        writer.settle();

        assertThat(meters.get("plimsoll.image.age").gauge().value()).isNaN();
    }

    @Test
    void imageAge_confirmed_isSecondsSinceThen() {
        writer.accept(new ClusterEvent.Confirmed(40_000));

        writer.settle();

        assertThat(meters.get("plimsoll.image.age").gauge().value()).isEqualTo(30);
    }

    @Test
    void accept_moreEventsThanTheQueueHolds_blocksAndLosesNone() {
        int events = ImageWriter.QUEUE_EVENTS_MAX * 3;
        for (int i = 0; i < events; i++) {
            writer.accept(new ClusterEvent.PodApplied(pod("p" + i, "n" + i)));
        }

        writer.settle();

        assertThat(writer.get().podCount()).isEqualTo(events);
    }

    /// Hands out one entry and then fails.
    private static Map<Owner, UsageEstimate> throwingAfter(Owner owner, UsageEstimate estimate) {
        return new AbstractMap<>() {
            @Override
            public Set<Map.Entry<Owner, UsageEstimate>> entrySet() {
                throw new UnsupportedOperationException();
            }

            @Override
            public void forEach(BiConsumer<? super Owner, ? super UsageEstimate> action) {
                action.accept(owner, estimate);
                throw new IllegalStateException("no more");
            }
        };
    }

    /// Fails when it is asked whether it holds something.
    private static Set<Owner> hostileSet(Owner owner) {
        return new AbstractSet<>() {
            @Override
            public boolean contains(Object o) {
                throw new IllegalStateException("no answer");
            }

            @Override
            public Iterator<Owner> iterator() {
                return List.of(owner).iterator();
            }

            @Override
            public int size() {
                return 1;
            }
        };
    }

    private static UsageBatch batch() {
        var cpu = new Sample(700, 60_000, "test");
        var memory = new Sample(1 << 20, 60_000, "test");
        return new UsageBatch(
                "test",
                60_000,
                List.of(new NodeSample("n1", SignalKind.CPU_USAGE_MILLIS, cpu)),
                List.of(new ContainerUsage(new PodKey("shop", "web"), "main", cpu, memory)),
                0,
                List.of());
    }

    private static UsageEstimate estimate() {
        var one = new Resources(10, 20);
        return new UsageEstimate(one, one, one, one, 0.5, 60_000);
    }

    private static NodeSpec node(String name) {
        var size = new Resources(4000, 8L << 30);
        return new NodeSpec(name, "u-" + name, "b", size, size, 110, NodeSpec.Readiness.READY, false, false, List.of());
    }

    private static PodSpec pod(String name, String node) {
        return new PodSpec(
                new PodKey("shop", name),
                "u-" + name,
                Optional.empty(),
                Optional.of(node),
                PodPhase.RUNNING,
                true,
                0,
                1,
                false,
                List.of(),
                Resources.NONE,
                Set.of());
    }
}
