package io.plimsoll.model.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.recommendation.OomKill;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KilledPodsTest {

    private static final long MIB = 1L << 20;
    private static final Owner REPLICA_SET = new Owner("default", "ReplicaSet", "web-5");
    private static final Owner WEB = Clusters.deployment("web");
    private static final PodSpec POD = PodBuilder.like(Clusters.pending("web-5-a", 100, 64 * MIB))
            .owner(REPLICA_SET)
            .boundTo("n1", 1)
            .build();

    @Test
    void image_podsThatWereKilledAndOthers_namesTheKilledOnesWithTheirWorkloadAndRevision() {
        var image = Clusters.image(List.of(
                owners(5),
                new ClusterEvent.PodApplied(killed(64)),
                new ClusterEvent.PodApplied(Clusters.bound(Clusters.pending("well", 100, 1), "n1", 1))));

        assertThat(OomKill.seenIn(image))
                .containsExactly(new OomKill(
                        WEB, "uid-web-5-a", "main", "c1", 0, 64 * MIB, 0, 9, 5, OomKill.Kind.CONTAINER_LIMIT));
    }

    /// The kubelet goes on showing the last kill after the limit was raised.
    @Test
    void kill_seenAgainAtAnotherLimit_keepsTheLimitThatItWasFirstSeenWith() {
        var image = Clusters.image(
                List.of(owners(5), new ClusterEvent.PodApplied(killed(64)), new ClusterEvent.PodApplied(killed(160))));

        assertThat(OomKill.seenIn(image)).extracting(OomKill::limitBytes).containsExactly(64 * MIB);
    }

    @Test
    void pod_ofTheSameNameLater_bringsNoneOfTheFormerOnesKills() {
        var next = PodBuilder.like(POD).uid("another").build();

        var image = Clusters.image(
                List.of(owners(5), new ClusterEvent.PodApplied(killed(64)), new ClusterEvent.PodApplied(next)));

        assertThat(image.killedPods()).isEmpty();
    }

    @Test
    void podOfAJob_failedOfAKill_isNoPodButItsKillIsRememberedUntilItIsDeleted() {
        var failed = PodBuilder.like(killed(64)).phase(PodPhase.FAILED).build();

        var image = Clusters.image(List.of(owners(5), new ClusterEvent.FailedPodApplied(failed)));

        assertThat(image.podCount()).isZero();
        assertThat(OomKill.seenIn(image)).extracting(OomKill::workload).containsExactly(WEB);
        assertThat(Clusters.after(image, List.of(new ClusterEvent.FailedPodDeleted(failed.key())))
                        .killedPods())
                .isEmpty();
        assertThat(Clusters.after(image, List.of(new ClusterEvent.FailedPodsListed(Set.of())))
                        .killedPods())
                .isEmpty();
    }

    private static ClusterEvent owners(long revision) {
        return new ClusterEvent.OwnerApplied(
                new OwnerSpec(REPLICA_SET, Optional.of(WEB), 1, revision, Set.of(), Map.of()));
    }

    private static PodSpec killed(long limitMib) {
        var kill = new MemoryKill("main", "c1", 0, limitMib * MIB, 0, 9, false);
        return PodBuilder.like(POD)
                .memory(new MemoryFacts(List.of(), List.of(kill)))
                .build();
    }
}
