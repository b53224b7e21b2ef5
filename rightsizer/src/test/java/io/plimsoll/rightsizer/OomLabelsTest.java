package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.rightsizer.OomReport.Memory;
import io.plimsoll.rightsizer.OomReport.State;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OomLabelsTest {

    private static final long MIB = 1L << 20;
    private static final Owner DB = new Owner("shop", "StatefulSet", "db");

    private final List<String> sent = new ArrayList<>();
    private final Map<PodKey, String> there = new HashMap<>();
    private final ClusterDelta cluster = new ClusterDelta(ClusterImage.EMPTY);
    private ClusterImage image = ClusterImage.EMPTY;
    private Instant now = Instant.parse("2026-11-21T03:12:00Z");
    private Optional<ApiException> refusal = Optional.empty();
    private final OomLabels labels = new OomLabels(new Written(), () -> image, () -> now);

    private final class Written implements OomLabels.Labels {

        @Override
        public Map<PodKey, String> labelled() {
            return there;
        }

        @Override
        public void put(PodKey pod, String uid, boolean isLabelled) throws IOException {
            sent.add((isLabelled ? "+" : "-") + pod.name() + " " + uid);
            if (refusal.isPresent()) {
                throw refusal.get();
            }
        }
    }

    /// One more was started from the template, and one is left alone.
    @Test
    void pods_withTheLimitOfTheRaise_areLabelledOnceAndOthersNot() {
        add("db-0", 164, Set.of());
        add("db-1", 64, Set.of());
        add("db-2", 164, Set.of(OptOut.RESIZE));

        pass(report(State.RAISED));
        pass(report(State.RAISED));

        assertThat(sent).containsExactly("+db-0 u-db-0");
    }

    @Test
    void label_whoseReportIsDropped_isTakenAway() {
        add("db-0", 164, Set.of());
        pass(report(State.RAISED));

        pass();

        assertThat(sent).containsExactly("+db-0 u-db-0", "-db-0 u-db-0");
    }

    /// What another replica has labelled.
    @Test
    void label_foundAtTheStartWithoutAReport_isTakenAway() {
        add("db-0", 164, Set.of());
        there.put(new PodKey("shop", "db-0"), "u-db-0");

        pass();
        pass();

        assertThat(sent).containsExactly("-db-0 u-db-0");
    }

    @Test
    void raise_thatWasTakenBack_labelsNothing() {
        add("db-0", 64, Set.of());

        pass(report(State.TAKEN_BACK));

        assertThat(sent).isEmpty();
    }

    /// One try in five minutes.
    @Test
    void right_thatIsMissing_isTriedAgainLater() {
        add("db-0", 164, Set.of());
        refusal = Optional.of(new ApiException("PATCH: forbidden", 403));
        pass(report(State.RAISED));
        pass(report(State.RAISED));
        assertThat(sent).hasSize(1);

        now = now.plus(Duration.ofMinutes(5));
        refusal = Optional.empty();
        pass(report(State.RAISED));
        pass(report(State.RAISED));

        assertThat(sent).containsExactly("+db-0 u-db-0", "+db-0 u-db-0");
    }

    @Test
    void manyPods_areLabelledSomeAPass() {
        for (int i = 0; i < OomLabels.PATCHES_MAX + 10; i++) {
            add("db-" + i, 164, Set.of());
        }

        pass(report(State.RAISED));
        assertThat(sent).hasSize(OomLabels.PATCHES_MAX);
        pass(report(State.RAISED));

        assertThat(sent).hasSize(OomLabels.PATCHES_MAX + 10).doesNotHaveDuplicates();
    }

    private void pass(OomReport... reports) {
        labels.killed(reports.length == 0 ? Map.of() : Map.of(DB, List.of(reports)));
        labels.decided(List.of());
    }

    private static OomReport report(State state) {
        return new OomReport(
                DB,
                "app",
                state,
                "shop/db-1",
                1,
                0,
                0,
                new Memory(32 * MIB, 64 * MIB),
                new Memory(164 * MIB, 164 * MIB),
                "");
    }

    private void add(String name, long limitMib, Set<OptOut> optOuts) {
        var amount = new Resources(100, limitMib * MIB);
        cluster.replay(new ClusterEvent.PodApplied(new PodSpec(
                new PodKey("shop", name),
                "u-" + name,
                Optional.of(DB),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                1,
                false,
                List.of(new ContainerSpec("app", amount, amount)),
                Resources.NONE,
                optOuts)));
        image = cluster.apply();
    }
}
