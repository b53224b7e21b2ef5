package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.cluster.PodTraits;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvictionBanTest {

    private static final Set<PodTrait> BANS = EnumSet.of(
            PodTrait.MIRROR,
            PodTrait.STATIC,
            PodTrait.NOT_SAFE_TO_EVICT,
            PodTrait.DO_NOT_DISRUPT,
            PodTrait.PREFER_NO_EVICTION);

    @ParameterizedTest
    @EnumSource(PodTrait.class)
    void pod_withATrait_isBannedByThoseThatSayThatItIsNotToBeEvicted(PodTrait trait) {
        var ban = EvictionBan.of(web().withTraits(PodTraits.of(trait)), Set.of());

        assertThat(ban.isPresent()).isEqualTo(BANS.contains(trait));
    }

    @ParameterizedTest
    @EnumSource(OptOut.class)
    void pod_thatOptsOut_isBannedByThatOfEvictionsAlone(OptOut optOut) {
        assertThat(EvictionBan.of(web(), Set.of(optOut)))
                .isEqualTo(
                        optOut == OptOut.EVICT
                                ? Optional.of(new Stay(StayReason.OPTED_OUT, "opt-out.plimsoll.io/evict"))
                                : Optional.empty());
    }

    @Test
    void pod_thatNothingWouldMakeAnewElsewhere_isBanned() {
        assertThat(EvictionBan.of(PodBuilder.like(web()).bare().build(), Set.of()))
                .contains(Stay.of(StayReason.BARE));
        assertThat(EvictionBan.of(of("DaemonSet"), Set.of())).contains(Stay.of(StayReason.DAEMON_SET));
        assertThat(EvictionBan.of(of("Node"), Set.of())).contains(Stay.of(StayReason.STATIC_POD));
        assertThat(EvictionBan.of(of("Rollout"), Set.of())).isEmpty();
    }

    @Test
    void pod_thatIsEndingOrCritical_isBanned() {
        assertThat(EvictionBan.of(PodBuilder.like(web()).terminating().build(), Set.of()))
                .contains(Stay.of(StayReason.TERMINATING));
        assertThat(EvictionBan.of(PodBuilder.like(web()).priority(2_000_000_000).build(), Set.of()))
                .contains(Stay.of(StayReason.SYSTEM_CRITICAL));
        assertThat(EvictionBan.of(PodBuilder.like(web()).priority(1_999_999_999).build(), Set.of()))
                .isEmpty();
    }

    private static PodSpec of(String kind) {
        return PodBuilder.like(web())
                .owner(new Owner(Fleet.NAMESPACE, kind, "it"))
                .build();
    }

    private static PodSpec web() {
        return new Fleet()
                .node("n1")
                .pod("n1", "web", "a", 1)
                .image()
                .pod(Fleet.key("a"))
                .orElseThrow()
                .spec();
    }
}
