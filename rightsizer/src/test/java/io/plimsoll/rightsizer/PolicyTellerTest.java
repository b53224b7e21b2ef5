package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.plimsoll.kubernetes.policy.FieldError;
import io.plimsoll.kubernetes.policy.ListedPolicy;
import io.plimsoll.kubernetes.policy.PolicyReading;
import io.plimsoll.kubernetes.resource.OptimizationPolicyStatus;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.ResourceCondition;
import io.plimsoll.kubernetes.resource.ResourceCondition.Truth;
import io.plimsoll.kubernetes.resource.Saving;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ContainerRecommendation;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.PolicyChoice;
import io.plimsoll.model.recommendation.Price;
import io.plimsoll.model.recommendation.PriceTable;
import io.plimsoll.model.recommendation.PricedPods;
import io.plimsoll.model.recommendation.ResizePlan;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceRecommendation;
import io.plimsoll.model.recommendation.Selection;
import io.plimsoll.model.recommendation.SizingReason;
import io.plimsoll.model.recommendation.SkipReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyTellerTest {

    private static final Instant NOON = Instant.parse("2026-03-04T12:00:00.5Z");
    private static final Saving FREES_NOTHING =
            new Saving(new ResourceAmounts(new Quantity("0m"), new Quantity("0Mi")), null, null);
    private static final PriceTable PRICES = new PriceTable(
            new Price(0.05, 0.01), "karpenter.sh/capacity-type", Map.of("spot", new Price(0.02, 0.01)), "EUR");
    private static final Owner WEB = new Owner("shop", "Deployment", "web");
    private static final Owner DB = new Owner("shop", "StatefulSet", "db");

    private final Map<String, OptimizationPolicyStatus> written = new LinkedHashMap<>();
    private final List<ListedPolicy> listed = new ArrayList<>();
    private Instant now = NOON;
    private ResizePlan plan = new ResizePlan.Skipped(SkipReason.TOO_LITTLE_DATA, "");
    private Claimed claimed = Claimed.NONE;
    private Optional<String> unable = Optional.empty();
    private List<ContainerRecommendation> recommended = List.of();
    private Price twoPods = new Price(0.1, 0.02);
    private final PolicyTeller teller = new PolicyTeller(
            (policy, status) -> written.put(policy.label(), status),
            () -> List.copyOf(listed),
            () -> unable,
            () -> new Savings(workload -> new PricedPods(2, Price.NONE), Optional.empty()),
            () -> now);

    @Test
    void policy_alone_isReadyAndCountsItsWorkloads() {
        listed.add(read("all", 0, 1));

        decided(WEB, DB);

        assertThat(written)
                .isEqualTo(Map.of(
                        "shop/all",
                        new OptimizationPolicyStatus(
                                3L,
                                2,
                                2,
                                0,
                                0,
                                FREES_NOTHING,
                                List.of(
                                        condition("Ready", Truth.TRUE, "Read", "it can be read"),
                                        condition(
                                                "Conflicting",
                                                Truth.FALSE,
                                                "OnlyOne",
                                                "no other policy selects its workloads")))));
    }

    @Test
    void policy_refused_isNotReadyWithAllItsMistakes() {
        listed.add(listed(
                "odd",
                Optional.empty(),
                new PolicyReading.Refused(List.of(
                        new FieldError("spec.weight", "write less"), new FieldError("spec.cpu", "write more")))));

        decided();

        assertThat(conditions("shop/odd").getFirst())
                .isEqualTo(condition("Ready", Truth.FALSE, "Refused", "spec.weight: write less; spec.cpu: write more"));
    }

    /// What changes with each workload that comes or goes must not keep the last ones from ever being told.
    @Test
    void policies_moreThanAPassWrites_areToldInTurn() {
        int policies = PolicyTeller.WRITES_MAX + 40;
        IntStream.range(0, policies).forEach(i -> listed.add(read("p" + i, i, i)));

        decided(WEB);
        var first = List.copyOf(written.keySet());
        written.clear();
        decided(WEB, DB);

        assertThat(first).hasSize(PolicyTeller.WRITES_MAX).startsWith("shop/p0");
        assertThat(written).hasSize(PolicyTeller.WRITES_MAX);
        assertThat(written.keySet()).startsWith("shop/p250").contains("shop/p289", "shop/p0");
    }

    @Test
    void policies_ofDifferentWeights_bothSayWhichGoesBeforeAndWhy() {
        listed.add(read("heavy", 7, 1));
        listed.add(read("light", 3, 2));

        decided(DB, WEB);

        var message = "for shop/StatefulSet/db, policy shop/heavy goes before shop/light: its weight 7 is above 3";
        assertThat(conditions("shop/heavy").getLast())
                .isEqualTo(condition("Conflicting", Truth.TRUE, "Outranks", message));
        assertThat(conditions("shop/light").getLast())
                .isEqualTo(condition("Conflicting", Truth.TRUE, "Outranked", message));
        assertThat(written.values())
                .extracting(OptimizationPolicyStatus::matchedWorkloads)
                .containsExactly(2, 2);
        assertThat(written.values())
                .extracting(OptimizationPolicyStatus::governedWorkloads)
                .containsExactly(2, 0);
    }

    /// Of three, chance decided between the first two; the third is lighter.
    @Test
    void policies_ofEqualWeights_areWarnedOfByBothAndNotByTheThird() {
        listed.add(read("older", 5, 1));
        listed.add(read("newer", 5, 2));
        listed.add(read("light", 1, 3));

        decided(WEB);

        assertThat(conditions("shop/older").getLast())
                .isEqualTo(condition(
                        "Conflicting",
                        Truth.TRUE,
                        "EqualWeights",
                        "for shop/Deployment/web, policy shop/older goes before shop/newer: it is older, and both have"
                                + " weight 5; give them different weights; it goes before shop/light too"));
        assertThat(conditions("shop/newer").getLast().reason()).isEqualTo("EqualWeights");
        assertThat(conditions("shop/light").getLast().reason()).isEqualTo("Outranked");
    }

    @Test
    void status_thatIsAsItWas_isNotWrittenAgainAtALaterTime() {
        listed.add(read("all", 0, 1));
        decided(WEB);
        takeOver();

        now = NOON.plusSeconds(60);
        decided(WEB);

        assertThat(written).isEmpty();
    }

    @Test
    void status_whoseCountChanges_isWrittenWithTheTimeOfTheLastTransition() {
        listed.add(read("all", 0, 1));
        decided(WEB);
        takeOver();

        now = NOON.plusSeconds(60);
        decided(WEB, DB);

        assertThat(status("shop/all").matchedWorkloads()).isEqualTo(2);
        assertThat(conditions("shop/all"))
                .extracting(ResourceCondition::lastTransitionTime)
                .containsOnly(Instant.parse("2026-03-04T12:00:00Z"));
    }

    @Test
    void conflict_thatBegins_bearsItsOwnTime() {
        listed.add(read("all", 0, 1));
        decided(WEB);
        takeOver();
        listed.add(read("more", 9, 2));

        now = NOON.plusSeconds(60);
        decided(WEB);

        assertThat(conditions("shop/all"))
                .extracting(ResourceCondition::lastTransitionTime)
                .containsExactly(Instant.parse("2026-03-04T12:00:00Z"), Instant.parse("2026-03-04T12:01:00Z"));
    }

    /// The first workload by name stands for all.
    @Test
    void policy_thatCannotAct_saysForWhichWorkloadAndWhyUntilItCan() {
        listed.add(read("all", 0, 1));
        plan = new ResizePlan.Skipped(SkipReason.CANNOT_ACT, "403 pods/resize is forbidden");
        decided(DB, WEB);

        assertThat(conditions("shop/all").getLast())
                .isEqualTo(condition(
                        "Able",
                        Truth.FALSE,
                        "CannotAct",
                        "for shop/StatefulSet/db, Plimsoll cannot carry it out for now: 403 pods/resize is forbidden"));

        takeOver();
        plan = new ResizePlan.Skipped(SkipReason.FITS, "");
        decided(DB, WEB);

        assertThat(conditions("shop/all").getLast()).isEqualTo(condition("Able", Truth.TRUE, "Acts", "it can act"));
    }

    /// In every mode: who only wants recommendations is to know why there is none.
    @Test
    void policy_thatMaySpeakOfNothingElse_saysWhyNobodyCanTellAndCountsNoWorkload() {
        listed.add(byLabels("all", 0));
        decided(rollout("web"));

        assertThat(conditions("shop/all").getLast())
                .isEqualTo(condition(
                        "Able",
                        Truth.FALSE,
                        "CannotAct",
                        "it is not known whether it selects workloads of kind Rollout: 403 Rollout is forbidden"));
        assertThat(status("shop/all").matchedWorkloads()).isZero();
        assertThat(status("shop/all").governedWorkloads()).isZero();
    }

    @Test
    void policy_thatMaySpeakOfSomeWorkloads_isAbleAndSaysOfWhichKindsNobodyCanTell() {
        listed.add(byLabels("all", 0));
        decided(rollout("a"), new Owner("shop", "PipelineRun", "b"), WEB);

        assertThat(conditions("shop/all").getLast())
                .isEqualTo(condition(
                        "Able",
                        Truth.TRUE,
                        "SomeLabelsUnknown",
                        "it can act on others: it is not known whether it selects workloads of kind PipelineRun, Rollout:"
                                + " 403 PipelineRun is forbidden; 403 Rollout is forbidden"));
        assertThat(status("shop/all").governedWorkloads()).isEqualTo(1);

        takeOver();
        decided(WEB);

        assertThat(conditions("shop/all").getLast()).isEqualTo(condition("Able", Truth.TRUE, "Acts", "it can act"));
    }

    /// The runs of a CI, say. A policy that comes behind counts those that it surely selects.
    @Test
    void statuses_whereWorkloadsInDoubtComeAndGo_areNotWrittenAgainUntilAKindDoes() {
        listed.add(byLabels("heavy", 7));
        listed.add(read("light", 3, 2));
        decided(rollout("run-1"), WEB);
        takeOver();

        decided(rollout("run-2"), WEB);
        assertThat(written).isEmpty();

        decided(rollout("run-3"), rollout("run-4"), WEB);
        assertThat(written).containsOnlyKeys("shop/light");

        decided(WEB);
        assertThat(written).containsKey("shop/heavy");
    }

    /// Whose name comes first does not matter: a missing right stops all that the policy is about.
    @Test
    void policy_thatCannotAct_saysSoBeforeLabelsThatAreNotKnown() {
        listed.add(byLabels("all", 0));
        plan = new ResizePlan.Skipped(SkipReason.CANNOT_ACT, "403 pods/resize is forbidden");
        decided(rollout("a"), WEB);

        assertThat(conditions("shop/all").getLast())
                .isEqualTo(condition(
                        "Able",
                        Truth.FALSE,
                        "CannotAct",
                        "for shop/Deployment/web, Plimsoll cannot carry it out for now: 403 pods/resize is forbidden"));
    }

    /// In mode Recommend nothing else would tell it, not even of a policy that selects nothing yet; what a workload
    /// has against it comes second.
    @Test
    void policy_inAClusterThatCannotResize_saysSoBeforeItIsTurnedToAuto() {
        listed.add(read("all", 0, 1));
        plan = new ResizePlan.Skipped(SkipReason.CANNOT_ACT, "403 pods/resize is forbidden");
        unable = Optional.of("this API server has no pods/resize: upgrade it");
        var told = condition("Able", Truth.FALSE, "NoInPlaceResize", "this API server has no pods/resize: upgrade it");

        decided();
        assertThat(conditions("shop/all").getLast()).isEqualTo(told);
        decided(WEB);
        assertThat(conditions("shop/all").getLast()).isEqualTo(told);

        takeOver();
        plan = new ResizePlan.Skipped(SkipReason.FITS, "");
        unable = Optional.empty();
        decided(WEB);
        assertThat(conditions("shop/all").getLast()).isEqualTo(condition("Able", Truth.TRUE, "Acts", "it can act"));
    }

    /// They change no running pod.
    @ParameterizedTest
    @EnumSource(
            value = ResizePolicy.Mode.class,
            names = {"ON_CREATE", "EXPORT", "DISABLED"})
    void policy_thatNeedsNoResize_isAbleWhereNoPodCanBeResized(ResizePolicy.Mode mode) {
        listed.add(listed("all", Optional.empty(), new PolicyReading.Read(policy("all", mode, 0, 1))));
        unable = Optional.of("this API server has no pods/resize: upgrade it");

        decided(WEB);

        assertThat(conditions("shop/all")).extracting(ResourceCondition::type).containsExactly("Ready", "Conflicting");
    }

    /// Only of workloads where the policy holds; the change of the other resource goes on meanwhile.
    @Test
    void workload_thatAnotherAutoscalerOwnsAMetricOf_isNamedByThePolicyThatHoldsUntilNobodyDoes() {
        listed.add(read("heavy", 7, 1));
        listed.add(read("light", 3, 2));
        claimed = Claimed.by("HorizontalPodAutoscaler keda-hpa-db of ScaledObject db", List.of(ResourceKind.CPU));
        decided(DB, WEB);

        assertThat(conditions("shop/heavy").getLast())
                .isEqualTo(condition(
                        "Autoscaled",
                        Truth.TRUE,
                        "OwnedByAutoscaler",
                        "for shop/StatefulSet/db, HorizontalPodAutoscaler keda-hpa-db of ScaledObject db owns CPU:"
                                + " Plimsoll leaves that alone"));
        assertThat(conditions("shop/light"))
                .extracting(ResourceCondition::type)
                .containsExactly("Ready", "Conflicting");

        takeOver();
        claimed = Claimed.NONE;
        decided(DB, WEB);

        assertThat(conditions("shop/heavy").getLast())
                .isEqualTo(condition(
                        "Autoscaled", Truth.FALSE, "NoneOwns", "no other autoscaler owns anything of its workloads"));
    }

    /// Two pods that ask for 1000m and should ask for 200m, at 0.05 a core-hour: 1.6 · 0.05 · 730 h. The workload
    /// whose request lies within its range is as it should be.
    @Test
    void policy_withPrices_saysWhatItsWorkloadsWouldSaveAndHowManyFit() {
        listed.add(read("all", 0, 1));
        recommended = List.of(recommended(1000, 200, 150, 240));
        priced().decided(sizings(WEB));

        assertThat(status("shop/all").optimizedWorkloads()).isZero();
        assertThat(status("shop/all").saving())
                .isEqualTo(new Saving(new ResourceAmounts(new Quantity("1600m"), new Quantity("0Mi")), "58.40", "EUR"));

        takeOver();
        recommended = List.of(recommended(1000, 950, 900, 1100));
        priced().decided(sizings(WEB));

        assertThat(status("shop/all").optimizedWorkloads()).isEqualTo(1);
    }

    /// Usage ripples, and with it each recommendation: 8 of 160 are no news.
    @Test
    void saving_thatMovesByLessThanATenth_isNotWrittenAgain() {
        listed.add(read("all", 0, 1));
        recommended = List.of(recommended(1000, 200, 150, 240));
        priced().decided(sizings(WEB));
        takeOver();

        recommended = List.of(recommended(1000, 240, 190, 280));
        priced().decided(sizings(WEB));
        assertThat(written).isEmpty();

        recommended = List.of(recommended(1000, 400, 350, 440));
        priced().decided(sizings(WEB));
        assertThat(status("shop/all").saving())
                .isEqualTo(new Saving(new ResourceAmounts(new Quantity("1200m"), new Quantity("0Mi")), "43.80", "EUR"));
    }

    /// 1600m free 58.40 where both pods cost 0.05, and with one of them at 0.02, 0.07 · 0.8 · 730 h.
    @Test
    void saving_whosePodsHaveMovedToCheaperNodes_isToldAnewThoughItsAmountsStand() {
        listed.add(read("all", 0, 1));
        recommended = List.of(recommended(1000, 200, 150, 240));
        priced().decided(sizings(WEB));
        takeOver();

        twoPods = new Price(0.07, 0.02);
        priced().decided(sizings(WEB));

        assertThat(status("shop/all").saving())
                .isEqualTo(new Saving(new ResourceAmounts(new Quantity("1600m"), new Quantity("0Mi")), "40.88", "EUR"));
    }

    /// It stays as the other autoscaler has it.
    @Test
    void saving_ofAMetricThatAnotherAutoscalerOwns_isNone() {
        listed.add(read("all", 0, 1));
        recommended = List.of(recommended(1000, 200, 150, 240));
        claimed = Claimed.by("HorizontalPodAutoscaler web", List.of(ResourceKind.CPU));

        decided(WEB);

        assertThat(status("shop/all").saving()).isEqualTo(FREES_NOTHING);
    }

    private PolicyTeller priced() {
        return new PolicyTeller(
                (policy, status) -> written.put(policy.label(), status),
                () -> List.copyOf(listed),
                () -> unable,
                () -> new Savings(workload -> new PricedPods(2, twoPods), Optional.of(PRICES)),
                () -> now);
    }

    private static ContainerRecommendation recommended(long current, long target, long lower, long upper) {
        var why = List.<SizingReason>of(new SizingReason.NoHistory());
        return new ContainerRecommendation(
                "main",
                "high-water",
                new ResourceRecommendation(ResourceKind.CPU, current, target, lower, upper, target, 0.9, why),
                new ResourceRecommendation(ResourceKind.MEMORY, 100, 100, 100, 100, 100, 0.9, why),
                1);
    }

    @Test
    void conditionOfAnotherType_isKept() {
        var degraded = condition("Degraded", Truth.TRUE, "Why", "because");
        var before = new OptimizationPolicyStatus(2L, 0, 0, 0, 5, null, List.of(degraded));
        listed.add(listed("all", Optional.of(before), new PolicyReading.Read(policy("all", 0, 1))));

        decided(WEB);

        assertThat(conditions("shop/all")).contains(degraded);
    }

    /// As if the API server were asked again.
    private void takeOver() {
        listed.replaceAll(
                policy -> listed(policy.name(), Optional.ofNullable(written.get(policy.label())), policy.reading()));
        written.clear();
    }

    /// All speak of each of 300 workloads. A message for each pair of them would take minutes and gigabytes.
    @Test
    @Timeout(20)
    void policies_aThousandThatAllSpeakOfEverything_areToldOnceEachInShortSentences() {
        for (int i = 0; i < 1000; i++) {
            listed.add(read(String.format(Locale.ROOT, "policy-%04d", i), 1000 - i, i));
        }
        var workloads = IntStream.range(0, 300)
                .mapToObj(i -> new Owner("shop", "Deployment", "web-" + i))
                .toArray(Owner[]::new);

        for (int pass = 0; pass < 1000 / PolicyTeller.WRITES_MAX; pass++) {
            decided(workloads);
        }

        assertThat(written).hasSize(1000);
        assertThat(status("shop/policy-0000").governedWorkloads()).isEqualTo(300);
        assertThat(conditions("shop/policy-0999").getLast().message())
                .startsWith("for shop/Deployment/web-0, policy shop/policy-0000 goes before shop/policy-0001: ")
                .endsWith(", shop/policy-0011 and 988 more too");
        listed.replaceAll(policy -> new ListedPolicy(
                policy.namespace(),
                policy.name(),
                policy.generation(),
                Optional.of(status(policy.label())),
                policy.reading()));
        written.clear();

        decided(workloads);

        assertThat(written).isEmpty();
    }

    private void decided(Owner... workloads) {
        teller.decided(sizings(workloads));
    }

    private List<WorkloadSizing> sizings(Owner... workloads) {
        var candidates = listed.stream()
                .map(ListedPolicy::reading)
                .filter(PolicyReading.Read.class::isInstance)
                .map(reading -> ((PolicyReading.Read) reading).policy().candidate())
                .toList();
        return Stream.of(workloads)
                .map(workload -> new WorkloadSizing(
                        workload,
                        PolicyChoice.among(candidates, workload).orElseThrow(),
                        recommended,
                        plan,
                        claimed,
                        List.of()))
                .map(PolicyTellerTest::leftWhereInDoubt)
                .toList();
    }

    private static WorkloadSizing leftWhereInDoubt(WorkloadSizing sizing) {
        return sizing.choice()
                .doubt()
                .map(why -> sizing.with(new ResizePlan.Skipped(SkipReason.LABELS_UNKNOWN, why)))
                .orElse(sizing);
    }

    private static Owner rollout(String name) {
        return new Owner("shop", "Rollout", name);
    }

    /// One that asks for labels, which are known of Deployments alone.
    private static ListedPolicy byLabels(String name, int weight) {
        var candidate = new PolicyCandidate(
                Optional.of("shop"),
                name,
                weight,
                1,
                false,
                workload -> true,
                workload -> workload.kind().equals("Deployment")
                        ? Selection.of(true)
                        : new Selection.Unknown("403 " + workload.kind() + " is forbidden"));
        return listed(name, Optional.empty(), new PolicyReading.Read(policy(candidate, ResizePolicy.Mode.AUTO)));
    }

    private List<ResourceCondition> conditions(String label) {
        return status(label).conditions();
    }

    private OptimizationPolicyStatus status(String label) {
        return Optional.ofNullable(written.get(label)).orElseThrow();
    }

    private static ResourceCondition condition(String type, Truth status, String reason, String message) {
        return new ResourceCondition(type, status, 3L, Instant.parse("2026-03-04T12:00:00Z"), reason, message);
    }

    private static ListedPolicy read(String name, int weight, long createdMillis) {
        return listed(name, Optional.empty(), new PolicyReading.Read(policy(name, weight, createdMillis)));
    }

    private static ListedPolicy listed(String name, Optional<OptimizationPolicyStatus> status, PolicyReading reading) {
        return new ListedPolicy(Optional.of("shop"), name, 3, status, reading);
    }

    private static ResizePolicy policy(String name, int weight, long createdMillis) {
        return policy(name, ResizePolicy.Mode.RECOMMEND, weight, createdMillis);
    }

    private static ResizePolicy policy(String name, ResizePolicy.Mode mode, int weight, long createdMillis) {
        return policy(
                new PolicyCandidate(Optional.of("shop"), name, weight, createdMillis, false, workload -> true), mode);
    }

    private static ResizePolicy policy(PolicyCandidate candidate, ResizePolicy.Mode mode) {
        return new ResizePolicy(
                candidate, mode, "high-water", container -> Optional.of(ContainerSizing.DEFAULT), at -> true, 0, 0);
    }
}
