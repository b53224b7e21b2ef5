package io.plimsoll.rightsizer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.LimitRule;
import io.plimsoll.model.recommendation.NamespaceLimits;
import io.plimsoll.model.recommendation.ResizePolicy.Mode;
import io.plimsoll.model.recommendation.ResourceKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionReviewsTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final long MIB = Webhook.MIB;
    private static final Owner WEB = new Owner("shop", "Deployment", "web");
    private static final Owner WEB_SET = new Owner("shop", "ReplicaSet", "web-7d4b9c");
    private static final Owner REPORT = new Owner("shop", "CronJob", "report");

    @Test
    void answer_podOfADeployment_asksForWhatIsRecommendedAndSaysWhatItAskedForBefore() throws IOException {
        var answer = knownWeb().create(pod("{requests: {cpu: 1, memory: 1Gi, example.com/gpu: 1}}"));

        assertThat(answer.response().path("uid").asText()).isEqualTo("u-1");
        assertThat(answer.response().path("allowed").asBoolean()).isTrue();
        assertThat(answer.resources(0)).isEqualTo(yaml("{requests: {cpu: 250m, memory: 256Mi, example.com/gpu: 1}}"));
        assertThat(answer.told()).isEqualTo(yaml("""
                policy: shop/web
                recommendation: deployment-web
                containers:
                  app: {before: {requests: {cpu: 1, memory: 1Gi}}, after: {requests: {cpu: 250m, memory: 256Mi}}}
                """));
    }

    @Test
    void answer_podThatWasSizedAlready_isNotPatchedAgain() {
        var webhook = knownWeb();
        var once = webhook.create(pod("{requests: {cpu: 1, memory: 1Gi}}"));

        var twice = webhook.create(once.pod());

        assertThat(twice.isPatched()).isFalse();
        assertThat(webhook.counted("Left", "Fits")).isEqualTo(1);
    }

    /// Another webhook has put a container in front and changed ours back in one resource.
    @Test
    void answer_podThatAnotherWebhookChangedInBetween_keepsWhatTheTemplateAskedFor() throws IOException {
        var webhook = knownWeb()
                .recommends(
                        WEB,
                        Webhook.container("app", new Resources(250, 256 * MIB), 1, false),
                        Webhook.container("proxy", new Resources(20, 32 * MIB), 1, false));
        var once = webhook.create(pod("{requests: {cpu: 1, memory: 1Gi}}"));
        var between = (ObjectNode) once.pod().deepCopy();
        between.withArray("/spec/containers").insert(0, yaml("""
                {name: proxy, resources: {requests: {cpu: 100m, memory: 128Mi}}}"""));

        var twice = webhook.create(between);

        assertThat(twice.resources(0)).isEqualTo(yaml("{requests: {cpu: 20m, memory: 32Mi}}"));
        assertThat(twice.resources(1)).isEqualTo(yaml("{requests: {cpu: 250m, memory: 256Mi}}"));
        assertThat(twice.told().path("containers").path("app").path("before"))
                .isEqualTo(yaml("{requests: {cpu: 1, memory: 1Gi}}"));
        assertThat(twice.told().path("containers").path("proxy").path("before"))
                .isEqualTo(yaml("{requests: {cpu: 100m, memory: 128Mi}}"));
    }

    @Test
    void answer_podWithoutResources_isLeftSinceItsClassWouldChange() {
        var webhook = knownWeb();

        var answer = webhook.create(pod("{}"));

        assertThat(answer.isPatched()).isFalse();
        assertThat(webhook.counted("Left", "QualityOfService")).isEqualTo(1);
    }

    @Test
    void answer_guaranteedPod_staysGuaranteed() {
        var answer = knownWeb().create(pod("{requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}"));

        assertThat(answer.resources(0))
                .isEqualTo(yaml("{requests: {cpu: 250m, memory: 256Mi}, limits: {cpu: 250m, memory: 256Mi}}"));
    }

    /// An init container without limits keeps the pod Burstable, whatever becomes of its container.
    @Test
    void answer_raiseToTheLimitsOfThePodsOnlyContainer_isLeftUnlessAnInitContainerKeepsTheClass() {
        var resources = "{requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 250m, memory: 256Mi}}";
        var withInit = (ObjectNode) pod(resources);
        withInit.withArray("/spec/initContainers").add(yaml("{name: wait}"));

        assertThat(knownWeb().create(pod(resources)).isPatched()).isFalse();
        assertThat(knownWeb().create(withInit).isPatched()).isTrue();
    }

    @Test
    void answer_requestAboveTheLimit_movesTheLimitAlong() {
        var answer = knownWeb().create(pod("{requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}"));

        assertThat(answer.resources(0))
                .isEqualTo(yaml("{requests: {cpu: 250m, memory: 256Mi}, limits: {memory: 256Mi}}"));
    }

    @Test
    void answer_policyThatKeepsTheRatioOfLimits_movesTheMemoryLimit() {
        var byRatio = new ContainerSizing(
                ContainerSizing.DEFAULT.cpu(),
                ContainerSizing.DEFAULT.memory(),
                ContainerSizing.DEFAULT.memoryRule(),
                new LimitRule.ByRatio(),
                0.5);

        var answer = knownWeb()
                .sizings(name -> Optional.of(byRatio))
                .create(pod("{requests: {cpu: 250m, memory: 512Mi}, limits: {cpu: 2, memory: 1Gi}}"));

        assertThat(answer.resources(0))
                .isEqualTo(yaml("{requests: {cpu: 250m, memory: 256Mi}, limits: {cpu: 2, memory: 512Mi}}"));
    }

    /// Running pods ask for 2 cores, and a step lowers by half at most.
    @Test
    void answer_recommendationThatIsFarAway_goesOneStepFromWhatRunningPodsAskFor() {
        var webhook = knownOwners()
                .recommends(
                        WEB,
                        Webhook.container(
                                "app", new Resources(2000, 256 * MIB), new Resources(250, 256 * MIB), 1, false));

        var once = webhook.create(pod("{requests: {cpu: 3, memory: 256Mi}}"));
        var twice = webhook.create(once.pod());

        assertThat(once.resources(0)).isEqualTo(yaml("{requests: {cpu: 1000m, memory: 256Mi}}"));
        assertThat(twice.isPatched()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0.4, false, false", "0.5, false, true", "0, true, true"})
    void answer_littleConfidence_isEnoughForARaiseAfterKillsAlone(
            double confidence, boolean isOomRaise, boolean isRaised) {
        var webhook = knownOwners()
                .recommends(WEB, Webhook.container("app", new Resources(100, 512 * MIB), confidence, isOomRaise));

        var answer = webhook.create(pod("{requests: {cpu: 100m, memory: 128Mi}}"));

        assertThat(answer.isPatched()).isEqualTo(isRaised);
    }

    /// Once, however often it is asked; and what usage raised has none.
    @ParameterizedTest
    @CsvSource({"true, 128Mi, true", "true, 512Mi, false", "false, 128Mi, false"})
    void answer_raiseAfterKills_labelsThePodToBeFoundBy(boolean isOomRaise, String memory, boolean isLabelled) {
        var webhook =
                knownOwners().recommends(WEB, Webhook.container("app", new Resources(100, 512 * MIB), 1, isOomRaise));

        var answer = webhook.create(pod("{requests: {cpu: 1, memory: " + memory + "}}"));

        assertThat(answer.isPatched()).isTrue();
        assertThat(answer.pod()
                        .path("metadata")
                        .path("labels")
                        .path("plimsoll.io/oom-raised")
                        .asText())
                .isEqualTo(isLabelled ? "true" : "");
        assertThat(webhook.create(answer.pod()).isPatched()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void answer_policyOfEachMode_sizesNewPodsInAutoAndOnCreate(Mode mode) {
        var answer = knownWeb().mode(mode).create(pod("{requests: {cpu: 1, memory: 1Gi}}"));

        assertThat(answer.isPatched())
                .isEqualTo(Set.of(Mode.AUTO, Mode.ON_CREATE).contains(mode));
    }

    @Test
    void answer_suspendedPolicyOrWorkloadThatIsLeftAlone_leavesThePod() {
        var pod = pod("{requests: {cpu: 1, memory: 1Gi}}");

        assertThat(knownWeb().suspended().create(pod).isPatched()).isFalse();
        assertThat(knownWeb().doubtful().create(pod).isPatched()).isFalse();
        assertThat(knownOwners().leftAlone(WEB).create(pod).isPatched()).isFalse();
        assertThat(knownWeb().sizings(name -> Optional.empty()).create(pod).isPatched())
                .isFalse();
    }

    @Test
    void answer_cpuOwnedByAnAutoscaler_changesMemoryAlone() {
        var answer = knownWeb().claims(WEB, ResourceKind.CPU).create(pod("{requests: {cpu: 1, memory: 1Gi}}"));

        assertThat(answer.resources(0)).isEqualTo(yaml("{requests: {cpu: 1, memory: 256Mi}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{labels: {opt-out.plimsoll.io/resize: \"true\"}}",
                "{labels: {opt-out.plimsoll.io/all: \"true\"}}",
                "{annotations: {admission.plimsoll.io/skip: \"true\"}}"
            })
    void answer_podThatOptsOut_isLeft(String metadata) {
        var webhook = knownWeb();
        var pod = (ObjectNode) pod("{requests: {cpu: 1, memory: 1Gi}}");
        pod.withObject("/metadata").setAll((ObjectNode) yaml(metadata));

        assertThat(webhook.create(pod).isPatched()).isFalse();
        assertThat(webhook.counted("Left", "OptedOut")).isEqualTo(1);
    }

    @Test
    void answer_workloadOrNamespaceThatOptsOut_leavesThePod() {
        var pod = pod("{requests: {cpu: 1, memory: 1Gi}}");
        var labels = Map.of("opt-out.plimsoll.io/all", "true");

        assertThat(knownWeb()
                        .sees(new OwnerSpec(WEB, Optional.empty(), 1, Set.of(OptOut.RESIZE)))
                        .create(pod)
                        .isPatched())
                .isFalse();
        assertThat(knownWeb()
                        .sees(new ClusterEvent.NamespaceApplied("shop", OptOut.in(labels), labels))
                        .create(pod)
                        .isPatched())
                .isFalse();
    }

    /// The image is some milliseconds behind the controller that makes owners.
    @Test
    void answer_ownerThatTheImageHasNotSeenYet_isFoundByTheNamesThatControllersGive() {
        var webhook = new Webhook()
                .recommends(WEB)
                .recommends(REPORT)
                .sees(new OwnerSpec(REPORT, Optional.empty(), 0, Set.of()));
        var resources = "{requests: {cpu: 1, memory: 1Gi}}";

        assertThat(webhook.create(pod(resources)).isPatched()).isTrue();
        assertThat(webhook.create(pod("Job", "report-29384756", resources)).isPatched())
                .isTrue();
        assertThat(webhook.create(pod("Job", "report-2", resources)).isPatched())
                .isFalse();
        assertThat(webhook.create(pod("Job", "other-29384756", resources)).isPatched())
                .isFalse();
        assertThat(webhook.create(pod("ReplicaSet", "web-1", resources)).isPatched())
                .isFalse();
    }

    @Test
    void answer_podOfACronJobsJob_isSizedAsTheCronJobSays() {
        var job = new Owner("shop", "Job", "report-by-hand");
        var webhook = new Webhook()
                .recommends(REPORT)
                .sees(new OwnerSpec(REPORT, Optional.empty(), 0, Set.of()))
                .sees(new OwnerSpec(job, Optional.of(REPORT), 1, Set.of()));

        assertThat(webhook.create(pod("Job", "report-by-hand", "{requests: {cpu: 1, memory: 1Gi}}"))
                        .isPatched())
                .isTrue();
    }

    /// The API server looks at LimitRanges and quotas after this webhook: what it refuses would not start at all.
    @Test
    void answer_changeThatTheNamespaceWouldRefuse_isNotMade() {
        var none = Resources.NONE;
        var min = range(new Resources(300, 0), none, false);
        var max = range(none, new Resources(0, 200 * MIB), false);
        var further = range(none, none, true);
        var tight = quota(ResourceKind.MEMORY, 200 * MIB);
        var wide = quota(ResourceKind.MEMORY, 256 * MIB);

        assertThat(isPatched(min, "{requests: {cpu: 1, memory: 128Mi}}")).isFalse();
        assertThat(isPatched(max, "{requests: {cpu: 1, memory: 128Mi}}")).isFalse();
        assertThat(isPatched(further, "{requests: {cpu: 1, memory: 128Mi}}")).isFalse();
        assertThat(isPatched(tight, "{requests: {cpu: 1, memory: 128Mi}}")).isFalse();
        assertThat(isPatched(tight, "{requests: {cpu: 1, memory: 512Mi}}"))
                .as("what is lowered fits any quota")
                .isTrue();
        assertThat(isPatched(wide, "{requests: {cpu: 1, memory: 128Mi}}")).isTrue();
    }

    /// 256 Mi are recommended, and its runtime needs 50 Mi beside them: 306 Mi of the quota.
    @Test
    void answer_podWithOverheadUnderAQuota_countsItToo() {
        var pod = (ObjectNode) pod("{requests: {cpu: 1, memory: 128Mi}}");
        ((ObjectNode) pod.path("spec")).set("overhead", yaml("{cpu: 250m, memory: 50Mi}"));

        assertThat(knownWeb()
                        .limits(quota(ResourceKind.MEMORY, 306 * MIB))
                        .create(pod)
                        .isPatched())
                .isTrue();
        assertThat(knownWeb()
                        .limits(quota(ResourceKind.MEMORY, 305 * MIB))
                        .create(pod)
                        .isPatched())
                .isFalse();
    }

    private static NamespaceLimits range(Resources min, Resources max, boolean isFurther) {
        return new NamespaceLimits(List.of(new NamespaceLimits.Range("all", min, max, isFurther)), List.of());
    }

    private static NamespaceLimits quota(ResourceKind kind, long left) {
        return new NamespaceLimits(List.of(), List.of(new NamespaceLimits.Room("all", false, kind, left)));
    }

    private static boolean isPatched(NamespaceLimits limits, String resources) {
        return knownWeb().limits(limits).create(pod(resources)).isPatched();
    }

    @Test
    void answer_podWithRequestsOfItsOwn_isLeft() {
        var pod = (ObjectNode) pod("{requests: {cpu: 1, memory: 1Gi}}");
        pod.withObject("/spec").set("resources", yaml("{requests: {cpu: 2}}"));

        assertThat(knownWeb().create(pod).isPatched()).isFalse();
    }

    /// Policies may have been suspended, and workloads opted out, since.
    @Test
    void answer_oldKnowledge_leavesThePod() {
        var pod = pod("{requests: {cpu: 1, memory: 1Gi}}");

        assertThat(knownWeb().sizesAge(Duration.ofMinutes(6)).create(pod).isPatched())
                .isFalse();
        assertThat(knownWeb().imageAge(Duration.ofMinutes(3)).create(pod).isPatched())
                .isFalse();
        assertThat(knownWeb().sizesAge(Duration.ofMinutes(4)).create(pod).isPatched())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "[]",
                "null",
                "{\"request\":7}",
                "{\"request\":{\"uid\":\"u\",\"operation\":\"CREATE\",\"kind\":{\"kind\":\"Pod\"},\"object\":{\"spec\":{\"containers\":7}}}}"
            })
    void answer_garbage_isAllowedWithoutAPatch(String body) {
        var response = Webhook.send(knownWeb().build(), body);

        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.has("patch")).isFalse();
    }

    /// Each `{}` of three bytes would take eighty or so: 110 MiB for the largest body.
    @Test
    void answer_moreValuesThanAnyPodHas_isGivenUpBeforeItIsATree() {
        var webhook = knownWeb();

        Webhook.send(webhook.build(), "{\"request\":{\"object\":[" + "{},".repeat(1 << 20) + "{}]}}");

        assertThat(webhook.counted("Failed", "")).isEqualTo(1);
    }

    @Test
    void answer_uidOfAMegabyte_isNotSentBack() {
        var webhook = knownWeb();

        var response = Webhook.send(webhook.build(), "{\"request\":{\"uid\":\"" + "u".repeat(1 << 20) + "\"}}");

        assertThat(response.toString()).isEqualTo("{\"allowed\":true}");
        assertThat(webhook.counted("Failed", "")).isEqualTo(1);
    }

    @Test
    void answer_brokenRequest_isCounted() {
        var webhook = knownWeb();

        Webhook.send(webhook.build(), "{\"request\":{");
        Webhook.send(webhook.build(), "[".repeat(100_000));

        assertThat(webhook.counted("Failed", "")).isEqualTo(2);
    }

    @Test
    void answer_otherThanANewPod_isAllowedAsItIs() {
        var webhook = knownWeb();

        Webhook.send(webhook.build(), """
                {"request":{"uid":"u","operation":"UPDATE","kind":{"kind":"Pod"},"object":{}}}""");
        Webhook.send(webhook.build(), """
                {"request":{"uid":"u","operation":"CREATE","kind":{"kind":"Deployment","group":"apps"},"object":{}}}""");

        assertThat(webhook.counted("Left", "NotANewPod")).isEqualTo(2);
    }

    /// By its name, wherever it stands; the ledger has raised it, and nothing was measured.
    @Test
    void answer_initContainerThatWasKilled_startsWithMoreOnlyWhereThePolicyIncludesInitContainers() throws IOException {
        var none = killedInit().create(withInit());
        var sidecars = killedInit().including(ContainerRole.SIDECAR).create(withInit());
        var init = killedInit().including(ContainerRole.INIT).create(withInit());
        var again = killedInit().including(ContainerRole.INIT).create(init.pod());

        assertThat(none.isPatched()).isFalse();
        assertThat(sidecars.isPatched()).isFalse();
        assertThat(init.initResources(0)).isEqualTo(yaml("{requests: {cpu: 10m}}"));
        assertThat(init.initResources(1))
                .isEqualTo(yaml("{requests: {cpu: 50m, memory: 164Mi}, limits: {memory: 164Mi}}"));
        assertThat(init.told().path("containers")).isEqualTo(yaml("""
                migrate:
                  before: {requests: {cpu: 50m, memory: 32Mi}, limits: {memory: 64Mi}}
                  after: {requests: {cpu: 50m, memory: 164Mi}, limits: {memory: 164Mi}}
                """));
        assertThat(again.isPatched()).isFalse();
    }

    @Test
    void answer_sidecar_isSizedOnlyWhereThePolicyIncludesSidecars() {
        var pod = (ObjectNode) pod("{requests: {cpu: 250m, memory: 256Mi}}");
        pod.withArray("/spec/initContainers")
                .add(yaml("{name: proxy, restartPolicy: Always, resources: {requests: {cpu: 100m, memory: 32Mi}}}"));
        var proxy = Webhook.container("proxy", new Resources(20, 32 * MIB), 1, false);

        var left = knownOwners()
                .recommends(WEB, proxy)
                .including(ContainerRole.INIT)
                .create(pod);
        var sized = knownOwners()
                .recommends(WEB, proxy)
                .including(ContainerRole.SIDECAR)
                .create(pod);

        assertThat(left.isPatched()).isFalse();
        assertThat(sized.initResources(0)).isEqualTo(yaml("{requests: {cpu: 20m, memory: 32Mi}}"));
    }

    /// The pod's 300 Mi are its containers'. An init container of 164 Mi takes nothing of a quota, one of 400 Mi takes
    /// 100 Mi more than the pod did.
    @Test
    void answer_initContainerUnderAQuota_countsOnlyWhatItTakesBeyondTheOthers() {
        var pod = (ObjectNode) pod("{requests: {cpu: 250m, memory: 300Mi}}");
        pod.withArray("/spec/initContainers").add(yaml("{name: migrate, resources: {requests: {memory: 32Mi}}}"));

        assertThat(init(164, pod, 0).isPatched()).isTrue();
        assertThat(init(399, pod, 399).isPatched()).isTrue();
        assertThat(init(400, pod, 399).isPatched()).isFalse();
    }

    @Test
    void answer_initContainerBeyondALimitRange_isLeft() {
        var range = new NamespaceLimits.Range("max", Resources.NONE, new Resources(0, 163 * MIB), false);
        var limits = new NamespaceLimits(List.of(range), List.of());

        assertThat(killedInit()
                        .including(ContainerRole.INIT)
                        .limits(limits)
                        .create(withInit())
                        .isPatched())
                .isFalse();
    }

    /// The pod is Guaranteed: a raise of its init container moves the limit along.
    @Test
    void answer_initContainerOfAGuaranteedPod_keepsTheClass() {
        var pod = (ObjectNode) pod("{requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}");
        pod.withArray("/spec/initContainers").add(yaml("""
                name: migrate
                resources: {requests: {cpu: 50m, memory: 64Mi}, limits: {cpu: 50m, memory: 64Mi}}
                """));

        var answer = killedInit().including(ContainerRole.INIT).create(pod);

        assertThat(answer.initResources(0))
                .isEqualTo(yaml("{requests: {cpu: 50m, memory: 164Mi}, limits: {cpu: 50m, memory: 164Mi}}"));
    }

    private static Webhook.Answer init(long mib, JsonNode pod, long leftMib) {
        return knownOwners()
                .recommends(WEB, Webhook.container("migrate", new Resources(0, mib * MIB), 0, true))
                .including(ContainerRole.INIT)
                .limits(quota(ResourceKind.MEMORY, leftMib * MIB))
                .create(pod);
    }

    private static Webhook killedInit() {
        return knownOwners().recommends(WEB, Webhook.container("migrate", new Resources(50, 164 * MIB), 0, true));
    }

    private static JsonNode withInit() {
        var pod = (ObjectNode) pod("{requests: {cpu: 250m, memory: 256Mi}}");
        pod.withArray("/spec/initContainers")
                .add(yaml("{name: wait, resources: {requests: {cpu: 10m}}}"))
                .add(yaml("{name: migrate, resources: {requests: {cpu: 50m, memory: 32Mi}, limits: {memory: 64Mi}}}"));
        return pod;
    }

    private static Webhook knownWeb() {
        return knownOwners().recommends(WEB);
    }

    private static Webhook knownOwners() {
        return new Webhook()
                .sees(new OwnerSpec(WEB, Optional.empty(), 2, Set.of()))
                .sees(new OwnerSpec(WEB_SET, Optional.of(WEB), 2, Set.of()));
    }

    /// Of the ReplicaSet `web-7d4b9c`.
    private static JsonNode pod(String resources) {
        return pod("ReplicaSet", "web-7d4b9c", resources);
    }

    private static JsonNode pod(String kind, String owner, String resources) {
        return yaml("""
                metadata:
                  generateName: web-
                  labels: {pod-template-hash: 7d4b9c}
                  ownerReferences: [{kind: %s, name: %s, controller: true}]
                spec:
                  containers: [{name: app, resources: %s}]
                """.formatted(kind, owner, resources));
    }

    /// As the API server writes it.
    private static JsonNode yaml(String text) {
        try {
            return Json.MAPPER.readTree(YAML.readTree(text).toString());
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
