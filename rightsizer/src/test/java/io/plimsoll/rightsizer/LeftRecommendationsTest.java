package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.Faults;
import io.plimsoll.kubernetes.action.ApiRecommendations.Standing;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.OomRaise;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.rightsizer.OomReport.Memory;
import io.plimsoll.rightsizer.OomReport.State;
import io.plimsoll.rightsizer.Sizings.Reach;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LeftRecommendationsTest {

    private static final Logger LOG = LoggerFactory.getLogger(LeftRecommendationsTest.class);
    private static final Owner WEB = new Owner("shop", "Deployment", "web");
    private static final List<OomReport> KILLED = List.of(new OomReport(
            WEB, "app", State.RAISED, "shop/web-1", 1, 0, 0, new Memory(0, 64 << 20), new Memory(0, 164 << 20), ""));

    private final List<String> written = new ArrayList<>();
    private final List<Standing> standing = new ArrayList<>();
    private final LeftRecommendations left =
            new LeftRecommendations(new Fake(), new WriteTrouble(LOG, "a test"), new Faults(LOG, "a test failed"));
    private Optional<ApiException> trouble = Optional.empty();
    private Instant now = Instant.parse("2026-03-04T12:00:00Z");
    private Set<Owner> decided = Set.of();
    private Reach reach = Reach.SELECTED;
    private Optional<Map<Owner, List<OomReport>>> killed = Optional.of(Map.of(WEB, KILLED));

    @Test
    void workload_thatNoPolicySelectsAnyMore_saysThatOnceAndNothingElse() {
        left.written(WEB, Optional.of(KILLED));
        decided = Set.of(WEB);
        pass();
        assertThat(written).isEmpty();

        decided = Set.of();
        reach = Reach.UNSELECTED;
        pass();
        pass();

        assertThat(written)
                .containsExactly("web: no policy selects this workload any more: nothing is recommended for it");
    }

    /// By an override for all containers, say.
    @Test
    void workload_whoseContainersThePolicyLeavesOut_saysThatOnceAndNoFiguresAnyMore() {
        left.written(WEB, Optional.of(KILLED));
        reach = Reach.LEFT_OUT;
        pass();
        pass();

        assertThat(written)
                .containsExactly("web: its policy leaves all of its containers out: nothing is recommended for it");
    }

    /// The policy was deleted while no right-sizer ran.
    @Test
    void workload_thatNoPolicySelectsAtTheStart_saysThatIfItSpeaksOfAPolicy() {
        standing.add(new Standing(WEB, true, false));
        standing.add(new Standing(new Owner("shop", "Deployment", "told"), false, false));
        reach = Reach.UNSELECTED;

        pass();
        pass();

        assertThat(written).singleElement().asString().startsWith("web: no policy selects");
    }

    /// Scaled to zero: the template still has the limit at which it was killed, for a week.
    @Test
    void workloadWithoutPods_whoseKillIsAWeekOld_tellsOfItNoMore() {
        left.written(WEB, Optional.of(KILLED));
        pass();
        assertThat(written).isEmpty();

        killed = Optional.of(Map.of());
        pass();
        pass();

        assertThat(written).containsExactly("web: 0 kills");
    }

    /// The report has aged out while no right-sizer ran, and nobody decides on it any more.
    @Test
    void workloadWithoutPods_thatTellsOfKillsAtTheStart_isBroughtInLineOnce() {
        standing.add(new Standing(WEB, true, true));
        killed = Optional.empty();
        pass();
        assertThat(written)
                .as("nothing, while it is not known what is to be told")
                .isEmpty();

        killed = Optional.of(Map.of());
        pass();
        pass();

        assertThat(written).containsExactly("web: 0 kills");
    }

    /// A CronJob between two runs says what the last one showed.
    @Test
    void workload_thatHadPodsWithinTheHour_isNotToldToHaveNone() {
        left.written(WEB, Optional.of(KILLED));
        for (int run = 0; run < 3; run++) {
            decided = Set.of();
            pass();
            pass(Duration.ofMinutes(59));
            decided = Set.of(WEB);
            pass();
        }
        assertThat(written).isEmpty();

        decided = Set.of();
        pass();
        pass(Duration.ofMinutes(60));
        pass();

        assertThat(written)
                .containsExactly("web: 1 kills, no pod of it runs: what stands here was worked out when one did");
    }

    @Test
    void workloadWithoutPods_thatAPolicySelectsAgain_saysThatNoMoreThatNoneDoes() {
        left.written(WEB, Optional.of(List.of()));
        killed = Optional.of(Map.of());
        reach = Reach.UNSELECTED;
        pass();

        reach = Reach.SELECTED;
        pass();
        pass();

        assertThat(written).hasSize(2).last().asString().startsWith("web: 0 kills, no pod of it runs");
    }

    /// What is written to would be made anew.
    @Test
    void workload_thatIsGone_isLeftToTheHousekeeper() {
        left.written(WEB, Optional.of(KILLED));
        killed = Optional.of(Map.of());
        reach = Reach.GONE;

        pass();
        pass(Duration.ofHours(4));
        pass();

        assertThat(written).isEmpty();
    }

    @Test
    void write_thatIsRefused_isTriedAgainInTheNextPass() {
        left.written(WEB, Optional.of(KILLED));
        reach = Reach.UNSELECTED;
        trouble = Optional.of(new ApiException("500", 500));
        pass();
        assertThat(written).isEmpty();

        trouble = Optional.empty();
        pass();

        assertThat(written).hasSize(1);
    }

    /// A policy of six hundred is deleted: 250 + 250 + 100.
    @Test
    void workloads_thatLoseTheirPolicyAtOnce_areWrittenInThreePasses() {
        for (int i = 0; i < 600; i++) {
            left.written(new Owner("shop", "Deployment", "web-" + i), Optional.of(List.of()));
        }
        reach = Reach.UNSELECTED;

        var counts = new ArrayList<Integer>();
        for (int pass = 0; pass < 4; pass++) {
            pass();
            counts.add(written.size());
        }

        assertThat(counts).containsExactly(250, 500, 600, 600);
    }

    private void pass() {
        pass(Duration.ofMinutes(1));
    }

    private void pass(Duration after) {
        now = now.plus(after);
        left.keep(decided, workload -> reach, killed, now);
    }

    private final class Fake implements LeftRecommendations.Objects {

        @Override
        public List<Standing> standing() {
            return standing;
        }

        @Override
        public void withoutPolicy(Owner workload, String message, Instant at) throws IOException {
            write(workload, message);
        }

        @Override
        public void withoutPods(Owner workload, List<OomRaise> oomRaises, Optional<String> message) throws IOException {
            write(
                    workload,
                    oomRaises.size() + " kills"
                            + message.map(words -> ", " + words).orElse(""));
        }

        private void write(Owner workload, String what) throws IOException {
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            written.add(workload.name() + ": " + what);
        }
    }
}
