package io.plimsoll.app.resize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.plimsoll.app.resize.PolicyPreview.Amount;
import io.plimsoll.app.resize.PolicyPreview.Conflict;
import io.plimsoll.app.resize.PolicyPreview.Known;
import io.plimsoll.app.resize.PolicyPreview.Row;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ChangeBounds;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResizePolicy.Mode;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceSizing;
import io.plimsoll.model.recommendation.StoredRecommendation;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.ContainerUsageView;
import io.plimsoll.model.usage.Sample;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PolicyPreviewTest {

    private static final long MIB = 1 << 20;
    private static final Owner WEB = new Owner("shop", "Deployment", "web");
    private static final Resources TEMPLATE = new Resources(1000, 512 * MIB);
    private static final Resources TARGET = new Resources(600, 384 * MIB);

    private final TreeMap<Owner, LiveWorkloads.Live> workloads =
            new TreeMap<>(Map.of(WEB, live(Map.of(), "app", "proxy")));
    private final Map<Owner, StoredRecommendation> recommendations =
            new HashMap<>(Map.of(WEB, recommended("app", TARGET, 0.9)));
    private final Map<Owner, Claimed> claims = new HashMap<>();
    private final Map<Owner, Map<String, ContainerUsageView>> usage = new HashMap<>();
    private long nowMillis;

    @Test
    void run_recommendedContainer_showsWhatBecomesOfItAndWhyTheOtherStays() {
        assertThat(preview(policy("mine", 0, Mode.AUTO)).rows())
                .containsExactly(
                        new Row(
                                WEB,
                                "app",
                                new Amount(1000, 600),
                                new Amount(512 * MIB, 384 * MIB),
                                "running pods in place, and new pods"),
                        new Row(
                                WEB,
                                "proxy",
                                new Amount(1000, 1000),
                                new Amount(512 * MIB, 512 * MIB),
                                "nothing is known of what it uses: apply the policy with mode Recommend first"));
    }

    /// A maximum of 500m is below what was recommended, and a step lowers by 40 % at most.
    @Test
    void run_boundsOfTheFile_holdForTheTarget() {
        var narrow = new ResourceSizing(0.5, 1.2, 10, 500, new ChangeBounds(0.05, 5, 9, 0.4));
        var sizing = new ContainerSizing(
                narrow,
                ContainerSizing.DEFAULT.memory(),
                ContainerSizing.DEFAULT.memoryRule(),
                ContainerSizing.DEFAULT.limits(),
                0.5);

        var row = preview(policy("mine", 0, Mode.AUTO, sizing)).rows().getFirst();

        assertThat(row.cpu()).isEqualTo(new Amount(1000, 600));
    }

    /// Three days at 400m and 200 MiB: the median times two is asked for, and what was recommended last counts no more.
    @Test
    void run_usageThatIsKept_isReckonedWithByTheFilesOwnRecommenderAndMargins() {
        usage.put(WEB, Map.of("app", used(400, 200)));
        var twice = new ResourceSizing(
                0.5, 2, 0, Long.MAX_VALUE, ContainerSizing.DEFAULT.cpu().change());
        var sizing = new ContainerSizing(
                twice,
                ContainerSizing.DEFAULT.memory(),
                ContainerSizing.DEFAULT.memoryRule(),
                ContainerSizing.DEFAULT.limits(),
                0.5);
        var policy = new ResizePolicy(
                new PolicyCandidate(Optional.of("shop"), "mine", 0, 0, false, workload -> true),
                Mode.AUTO,
                "percentile",
                container -> Optional.of(sizing),
                time -> true,
                0,
                0);

        var row = preview(policy).rows().getFirst();

        // Buckets of histograms are 5 % wide.
        assertThat(row.cpu().then()).isBetween(800L, 840L);
        assertThat(row.memory().then()).isBetween(240 * MIB, 264 * MIB);
    }

    /// Nothing was measured for two hours.
    @Test
    void run_usageThatIsKept_andOld_lowersNothing() {
        usage.put(WEB, Map.of("app", used(400, 200)));
        nowMillis = used(400, 200).lastMillis() + 2 * 3_600_000;

        var row = preview(policy("mine", 0, Mode.AUTO)).rows().getFirst();

        assertThat(row.isChanged()).isFalse();
    }

    /// It was killed for memory, and raised to more than it ever used.
    @Test
    void run_usageThatIsKept_ofWhatWasKilled_isNoReasonForLessThanItsRaise() {
        usage.put(WEB, Map.of("app", used(400, 200)));
        recommendations.put(
                WEB,
                new StoredRecommendation(
                        WEB,
                        Optional.empty(),
                        List.of(new StoredRecommendation.Container(
                                "app", TEMPLATE, TARGET, new Resources(600, 612 * MIB), TARGET, 0.9, true, ""))));

        assertThat(preview(policy("mine", 0, Mode.AUTO))
                        .rows()
                        .getFirst()
                        .memory()
                        .then())
                .isEqualTo(612 * MIB);
    }

    private static ContainerHistory used(long cpuMillis, long memoryMib) {
        return used(cpuMillis, memoryMib, 3 * 24 * 3_600_000L);
    }

    /// Three days of the same use.
    static ContainerHistory used(long cpuMillis, long memoryMib, long endMillis) {
        var history = new ContainerHistory();
        for (long minutes = 3 * 24 * 60 - 1; minutes >= 0; minutes -= 5) {
            long millis = endMillis - minutes * 60_000;
            history.add(
                    new ContainerUsage(
                            new PodKey("shop", "web-0"),
                            "app",
                            new Sample(cpuMillis, millis, "test"),
                            new Sample(memoryMib * MIB, millis, "test")),
                    millis);
        }
        return history;
    }

    @Test
    void run_whatStandsInTheWay_isSaid() {
        assertThat(what(policy("mine", 0, Mode.RECOMMEND)))
                .isEqualTo("recommended, not done: the policy's mode is not Auto");
        assertThat(what(policy("mine", 0, Mode.ON_CREATE))).isEqualTo("new pods");

        workloads.put(WEB, live(Map.of("opt-out.plimsoll.io/resize", "true"), "app"));
        assertThat(what(policy("mine", 0, Mode.AUTO))).startsWith("recommended, not done: the pod, its workload");

        workloads.put(WEB, live(Map.of(), "app"));
        recommendations.put(WEB, recommended("app", TARGET, 0.2));
        assertThat(what(policy("mine", 0, Mode.AUTO))).isEqualTo("too little is known of what it uses");

        recommendations.put(WEB, recommended("app", TEMPLATE, 0.9));
        assertThat(what(policy("mine", 0, Mode.AUTO))).isEqualTo("what it asks for fits what it uses");
    }

    @Test
    void run_cpuThatAnAutoscalerOwns_changesMemoryAlone() {
        claims.put(WEB, Claimed.by("HorizontalPodAutoscaler web", Set.of(ResourceKind.CPU)));

        var row = preview(policy("mine", 0, Mode.AUTO)).rows().getFirst();

        assertThat(row.cpu().isChanged()).isFalse();
        assertThat(row.memory().isChanged()).isTrue();
    }

    @Test
    void run_otherPolicyOfGreaterWeight_holdsInstead() {
        var result = preview(policy("mine", 0, Mode.AUTO), policy("theirs", 5, Mode.RECOMMEND));

        assertThat(result.rows()).isEmpty();
        assertThat(result.conflicts())
                .containsExactly(new Conflict(
                        WEB, false, "policy shop/theirs goes before shop/mine: its weight 5 is above 0", false));
    }

    @Test
    void run_otherPolicyThatLosesByAge_isAWarning() {
        var result = preview(policy("a", 0, Mode.AUTO), policy("b", 0, Mode.AUTO), policy("off", 9, Mode.DISABLED));

        assertThat(result.conflicts())
                .extracting(Conflict::isHeld, Conflict::isWarning)
                .containsExactly(tuple(true, true));
    }

    /// It is shown only by a policy that speaks of init containers, and what becomes of it is for new pods.
    @Test
    void run_initContainer_isForNewPodsOfAPolicyThatIncludesIt() {
        var migrate = new ContainerSpec("migrate", TEMPLATE, Resources.NONE).asInit();
        workloads.put(WEB, new LiveWorkloads.Live(Map.of(), List.of(migrate)));
        recommendations.put(WEB, recommended("migrate", TARGET, 0.9));
        var policy = policy("mine", 0, Mode.AUTO);
        var including = new ResizePolicy(
                policy.candidate(),
                policy.mode(),
                policy.recommender(),
                policy.sizings(),
                policy.isOpen(),
                0,
                0,
                Set.of(ContainerRole.MAIN, ContainerRole.INIT),
                0,
                List.of(),
                false);

        assertThat(preview(policy).rows()).isEmpty();
        assertThat(preview(including).rows())
                .containsExactly(
                        new Row(WEB, "migrate", new Amount(1000, 600), new Amount(512 * MIB, 384 * MIB), "new pods"));
    }

    private String what(ResizePolicy policy) {
        return preview(policy).rows().getFirst().what();
    }

    private PolicyPreview.Result preview(ResizePolicy policy, ResizePolicy... others) {
        var known = new Known(new LiveWorkloads(workloads, Map.of()), recommendations, claims, usage);
        return new PolicyPreview(policy, List.of(others), known, nowMillis).run();
    }

    private static ResizePolicy policy(String name, int weight, Mode mode) {
        return policy(name, weight, mode, ContainerSizing.DEFAULT);
    }

    private static ResizePolicy policy(String name, int weight, Mode mode, ContainerSizing sizing) {
        return new ResizePolicy(
                new PolicyCandidate(Optional.of("shop"), name, weight, 0, false, workload -> true),
                mode,
                "high-water",
                container -> Optional.of(sizing),
                time -> true,
                0,
                0);
    }

    private static LiveWorkloads.Live live(Map<String, String> labels, String... containers) {
        return new LiveWorkloads.Live(
                labels,
                List.of(containers).stream()
                        .map(name -> new ContainerSpec(name, TEMPLATE, Resources.NONE))
                        .toList());
    }

    private static StoredRecommendation recommended(String container, Resources target, double confidence) {
        return new StoredRecommendation(
                WEB,
                Optional.empty(),
                List.of(new StoredRecommendation.Container(
                        container, TEMPLATE, target, target, target, confidence, false, "")));
    }
}
