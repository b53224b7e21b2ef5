package io.plimsoll.model.cluster;

import static io.plimsoll.model.cluster.Clusters.NOW_MILLIS;
import static io.plimsoll.model.cluster.Clusters.after;
import static io.plimsoll.model.cluster.Clusters.bound;
import static io.plimsoll.model.cluster.Clusters.deployment;
import static io.plimsoll.model.cluster.Clusters.node;
import static io.plimsoll.model.cluster.Clusters.pending;
import static io.plimsoll.model.cluster.Clusters.replicas;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.NodeSample;
import io.plimsoll.model.usage.Sample;
import io.plimsoll.model.usage.SignalKind;
import io.plimsoll.model.usage.UsageBatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterDeltaTest {

    private static final PodSpec POD = pending("a", 300, 1000);
    private static final Resources REQUESTS = new Resources(300, 1000);
    private static final Owner REPLICA_SET = new Owner("default", "ReplicaSet", "web-1");

    @Test
    void podBoundToAnUnknownNode_countsOnceTheNodeIsKnown() {
        var early = after(ClusterImage.EMPTY, List.of(applied(bound(POD, "n", 0))));

        var late = after(early, node("n").events());

        assertThat(early.pod(POD.key())).isPresent();
        assertThat(early.nodeCount()).isZero();
        assertThat(late.node(0).load().requested()).isEqualTo(REQUESTS);
        assertThat(late).isEqualTo(image(node("n").events().getFirst(), applied(bound(POD, "n", 0))));
    }

    @Test
    void nodeThatComesBack_hasItsPodsAgain() {
        var image = Clusters.image(node("n").pod("a", 300));

        var without = after(image, List.of(new ClusterEvent.NodeDeleted("n")));
        var again = after(without, List.of(node("n").events().getFirst()));

        assertThat(without.podCount()).isEqualTo(1);
        assertThat(again).isEqualTo(image);
    }

    @Test
    void podsOfAReplicaSet_moveToItsDeploymentOnceItIsTold() {
        var early = image(node("n").events().getFirst(), applied(podOf(REPLICA_SET)));

        var late = after(early, List.of(replicas("web", 3), owned(Optional.of(deployment("web")))));

        assertThat(early.workload(REPLICA_SET).orElseThrow().pods()).isEqualTo(1);
        assertThat(late.workload(REPLICA_SET)).isEmpty();
        var workload = late.workload(deployment("web")).orElseThrow();
        assertThat(workload.pods()).isEqualTo(1);
        assertThat(workload.replicas()).isEqualTo(3);
        assertThat(late.node(0).workloadIds()).containsExactly(workload.id());
    }

    @Test
    void workloadsWithPods_optOutByTheirNamespaceAsByThemselves() {
        var image = image(
                applied(podOf(REPLICA_SET)),
                new ClusterEvent.OwnerApplied(new OwnerSpec(REPLICA_SET, Optional.empty(), 2, Set.of(OptOut.EVICT))),
                new ClusterEvent.NamespaceApplied("default", Set.of(OptOut.RESIZE), Map.of()));

        var all = image.workloadsWithPods();

        assertThat(all).containsExactly(image.withPods(REPLICA_SET));
        assertThat(all.getFirst().optOuts()).containsExactlyInAnyOrder(OptOut.EVICT, OptOut.RESIZE);
        assertThat(all.getFirst().replicas()).isEqualTo(2);
    }

    @Test
    void podsOfOwnersInARing_areFoundOnce() {
        var ring = List.of(
                applied(podOf(REPLICA_SET)),
                new ClusterEvent.OwnerApplied(new OwnerSpec(deployment("web"), Optional.of(REPLICA_SET), 3, Set.of())));

        var image = after(image(owned(Optional.of(deployment("web")))), ring);

        assertThat(image.podsOf(REPLICA_SET)).hasSize(1);
        assertThat(image.podsOf(deployment("web"))).hasSize(1);
    }

    @Test
    void podsOfAReplicaSetThatLosesItsDeployment_areItsOwnAgain() {
        var whole = image(
                node("n").events().getFirst(),
                replicas("web", 3),
                owned(Optional.of(deployment("web"))),
                applied(podOf(REPLICA_SET)));

        var orphaned = after(whole, List.of(owned(Optional.empty())));

        assertThat(whole.workload(deployment("web")).orElseThrow().pods()).isEqualTo(1);
        assertThat(orphaned.workload(deployment("web")).orElseThrow().pods()).isZero();
        var workload = orphaned.workload(REPLICA_SET).orElseThrow();
        assertThat(workload.pods()).isEqualTo(1);
        assertThat(workload.replicas()).isEqualTo(2);
        assertThat(orphaned.node(0).workloadIds()).containsExactly(workload.id());
    }

    @Test
    void podsOfAReplicaSetThatIsDeleted_belongToItByName() {
        var whole = image(
                node("n").events().getFirst(), owned(Optional.of(deployment("web"))), applied(podOf(REPLICA_SET)));

        var orphaned = after(whole, List.of(new ClusterEvent.OwnerDeleted(REPLICA_SET)));

        assertThat(orphaned.workload(deployment("web"))).isEmpty();
        assertThat(orphaned.workload(REPLICA_SET).orElseThrow().pods()).isEqualTo(1);
        assertThat(orphaned.workload(REPLICA_SET).orElseThrow().replicas()).isZero();
    }

    /// An hour is behind what was measured at 10:00 when the clock then says 9:00.
    @Test
    void clockSetBack_newMeasurementsReplaceThoseFromTheFuture() {
        var image = after(Clusters.image(node("n")), List.of(applied(bound(POD, "n", 0)), measured(900, NOW_MILLIS)));

        var next = after(image, List.of(measured(100, NOW_MILLIS - 3_600_000)));

        assertThat(next.node(0).signals().value(SignalKind.CPU_USAGE_MILLIS)).isEqualTo(100);
        assertThat(next.node(0).cpuMillis().mean()).isBetween(450.0, 550.0);
        assertThat(next.pod(POD.key()).orElseThrow().usage()).contains(new Resources(100, 1));
    }

    @Test
    void clockSetBack_confirmationIsOfTheTimeThatItIsNow() {
        var image = image(new ClusterEvent.Confirmed(NOW_MILLIS));

        var next = after(image, List.of(new ClusterEvent.Confirmed(NOW_MILLIS - 3_600_000)));

        assertThat(next.confirmedAtMillis()).isEqualTo(NOW_MILLIS - 3_600_000);
    }

    @Test
    void podOfTheSameKeyAndAnotherUid_isAnotherPod() {
        var image = after(
                Clusters.image(node("n")),
                List.of(applied(bound(POD, "n", 0)), measured(NOW_MILLIS, List.of(), 50, 60)));

        var next = after(
                image,
                List.of(applied(PodBuilder.like(bound(POD, "n", 0)).uid("other").build())));

        assertThat(image.pod(POD.key()).orElseThrow().usage()).contains(new Resources(50, 60));
        assertThat(next.pod(POD.key()).orElseThrow().usage()).isEmpty();
        assertThat(next.node(0).pods()).hasSize(1);
        assertThat(next.workload(Owner.bare("default", "a")).orElseThrow().pods())
                .isEqualTo(1);
    }

    @Test
    void podThatHasEnded_isForgotten() {
        var image = after(Clusters.image(node("n")), List.of(applied(bound(POD, "n", 0))));

        var next = after(
                image,
                List.of(applied(PodBuilder.like(bound(POD, "n", 0))
                        .phase(PodPhase.SUCCEEDED)
                        .build())));

        assertThat(next.pod(POD.key())).isEmpty();
        assertThat(next.node(0).load()).isEqualTo(NodeLoad.NONE);
        assertThat(next.workloadCount()).isZero();
    }

    @Test
    void podNotSeenInTheMeasurementYet_isUnsettled() {
        var image =
                Clusters.image(node("n").pod("old", 300).justBound("new", 500).usesCpu(310));

        assertThat(image.node(0).load().unsettled().cpuMillis()).isEqualTo(500);
    }

    @Test
    void nodesThatDidNotChange_areSharedWithTheNextImage() {
        var image = Clusters.image(node("a").pod("x", 1), node("b").pod("y", 1));

        var next = after(image, List.of(applied(bound(POD, "a", 0))));

        assertThat(next.node(1)).isSameAs(image.node(1));
        assertThat(next.nodeTable()).isSameAs(image.nodeTable());
        assertThat(next.node(0)).isNotSameAs(image.node(0));
    }

    @Test
    void labels_changed_makeAnotherImageAndLeaveTheFormerOneAsItWas() {
        var web = new Owner("ns", "Deployment", "web");
        var before = image(labelled(web, Optional.empty(), "blue"), namespace("blue"));

        var delta = new ClusterDelta(before);
        delta.replay(labelled(web, Optional.empty(), "green"));
        delta.replay(namespace("green"));
        var after = delta.apply();

        assertThat(after).isNotEqualTo(before);
        assertThat(after).isEqualTo(image(labelled(web, Optional.empty(), "green"), namespace("green")));
        assertThat(after.owner(web).orElseThrow().labels()).isEqualTo(Map.of("colour", "green"));
        assertThat(after.namespaceLabels("ns")).isEqualTo(Map.of("colour", "green"));
        assertThat(before.owner(web).orElseThrow().labels()).isEqualTo(Map.of("colour", "blue"));
        assertThat(before.namespaceLabels("ns")).isEqualTo(Map.of("colour", "blue"));
    }

    @Test
    void labels_ofANamespaceAlone_tellImagesApart() {
        assertThat(image(namespace("blue"))).isNotEqualTo(image(namespace("green")));
    }

    @Test
    void labels_ofAnOwnerWithAParent_areNotKept() {
        var image = image(labelled(REPLICA_SET, Optional.of(new Owner("ns", "Deployment", "web")), "blue"));

        assertThat(image.owner(REPLICA_SET).orElseThrow().labels()).isEmpty();
    }

    private static ClusterEvent labelled(Owner owner, Optional<Owner> parent, String colour) {
        return new ClusterEvent.OwnerApplied(new OwnerSpec(owner, parent, 1, Set.of(), Map.of("colour", colour)));
    }

    private static ClusterEvent namespace(String colour) {
        return new ClusterEvent.NamespaceApplied("ns", Set.of(), Map.of("colour", colour));
    }

    private static ClusterImage image(ClusterEvent... events) {
        return Clusters.image(List.of(events));
    }

    private static ClusterEvent applied(PodSpec pod) {
        return new ClusterEvent.PodApplied(pod);
    }

    private static ClusterEvent owned(Optional<Owner> parent) {
        return new ClusterEvent.OwnerApplied(new OwnerSpec(REPLICA_SET, parent, 2, Set.of()));
    }

    private static PodSpec podOf(Owner owner) {
        return PodBuilder.like(pending("w", 100, 1))
                .owner(owner)
                .boundTo("n", 0)
                .build();
    }

    /// All of it measured and fetched at that time.
    private static ClusterEvent measured(double cpuMillis, long atMillis) {
        return measured(
                atMillis,
                List.of(new NodeSample("n", SignalKind.CPU_USAGE_MILLIS, new Sample(cpuMillis, atMillis, "test"))),
                cpuMillis,
                1);
    }

    private static ClusterEvent measured(
            long atMillis, List<NodeSample> nodes, double podCpuMillis, double podMemoryBytes) {
        var ofPod = new ContainerUsage(
                POD.key(),
                "main",
                new Sample(podCpuMillis, atMillis, "test"),
                new Sample(podMemoryBytes, atMillis, "test"));
        return new ClusterEvent.UsageObserved(
                new UsageBatch("test", atMillis, nodes, List.of(ofPod), 0, List.of()), Map.of());
    }
}
