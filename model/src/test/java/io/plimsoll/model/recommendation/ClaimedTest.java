package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClaimedTest {

    private static final Claimed HORIZONTAL = Claimed.by("HorizontalPodAutoscaler web", Set.of(ResourceKind.CPU));

    @Test
    void claims_ofSeveralOnOneResource_nameAllOfThemSortedAndOnce() {
        var vertical = Claimed.by("VerticalPodAutoscaler web", List.of(ResourceKind.MEMORY, ResourceKind.CPU));

        var both = vertical.and(HORIZONTAL).and(HORIZONTAL);

        assertThat(both.sentence())
                .contains("HorizontalPodAutoscaler web and VerticalPodAutoscaler web own CPU,"
                        + " and VerticalPodAutoscaler web owns memory");
    }

    @Test
    void claim_onOneResource_leavesTheOther() {
        assertThat(HORIZONTAL.contains(ResourceKind.CPU)).isTrue();
        assertThat(HORIZONTAL.contains(ResourceKind.MEMORY)).isFalse();
        assertThat(Claimed.NONE.sentence()).isEmpty();
    }
}
