package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.HeapSetting;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.MemoryKill;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodLevel;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodDecoderTest {

    /// The first init container runs alone, the second one beside the sidecar: max(500, 100 + 300) = 500. Afterwards
    /// the main container runs beside the sidecar: 200 + 100 = 300.
    @Test
    void sidecar_amongInitContainers_runsOnBesideAllThatComeAfterIt() throws IOException {
        var pod = decoded(container("first", 500, ""), container("proxy", 100, "Always"), container("then", 300, ""));

        assertThat(pod.containers()).extracting(ContainerSpec::name).containsExactly("main", "proxy");
        assertThat(pod.containers()).extracting(ContainerSpec::isSidecar).containsExactly(false, true);
        assertThat(pod.init().requests()).isEqualTo(new Resources(500, 500));
        assertThat(pod.requests()).isEqualTo(new Resources(500, 500));
    }

    /// 400 beside sidecars of 100 and 50 make 550, more than the 350 of all that run later.
    @Test
    void initContainer_afterSeveralSidecars_needsItsOwnRequestBesideAllOfThem() throws IOException {
        var pod =
                decoded(container("proxy", 100, "Always"), container("logs", 50, "Always"), container("then", 400, ""));

        assertThat(pod.init().requests()).isEqualTo(new Resources(550, 550));
        assertThat(pod.requests()).isEqualTo(new Resources(550, 550));
    }

    @Test
    void initContainers_withoutSidecars_needTheLargestOfThem() throws IOException {
        var pod = decoded(container("first", 100, ""), container("then", 150, "Never"));

        assertThat(pod.containers()).extracting(ContainerSpec::name).containsExactly("main");
        assertThat(pod.init().requests()).isEqualTo(new Resources(150, 150));
        assertThat(pod.requests()).isEqualTo(new Resources(200, 200));
    }

    /// The container asks for 200 of each: the pod's own 500m stand in place of the one, nothing in place of the other,
    /// and the runtime's 120m and 64 bytes come on top of both.
    @Test
    void pod_withRequestsOfItsOwnAndOverhead_asksForThemInsteadAndOnTop() throws IOException {
        var pod = decodedWith("""
                "resources":{"limits":{"cpu":"2"},"requests":{"cpu":"500m","hugepages-2Mi":"2Mi"}},
                "runtimeClassName":"kata","overhead":{"cpu":"120m","memory":"64"},""");

        assertThat(pod.level()).isEqualTo(new PodLevel(new Resources(500, 0), new Resources(120, 64)));
        assertThat(pod.requests()).isEqualTo(new Resources(620, 264));
    }

    /// `app` is lowered from 500m to 200m and raised to 64 bytes; the kubelet has set the CPU aside still, and the
    /// runtime has neither. The sidecar is as it asks to be.
    @Test
    void pod_thatIsBeingLowered_countsWhatItStillHolds() throws IOException {
        var json = """
                {"metadata":{"name":"p","namespace":"shop"},"spec":{"nodeName":"n1",
                 "containers":[{"name":"app","resources":{"requests":{"cpu":"200m","memory":"64"}}}],
                 "initContainers":[{"name":"mesh","restartPolicy":"Always",
                  "resources":{"requests":{"cpu":"100m","memory":"8"}}}]},
                 "status":{"phase":"Running",
                 "containerStatuses":[{"name":"app","allocatedResources":{"cpu":"450m","memory":"32"},
                  "resources":{"requests":{"cpu":"500m","memory":"32"}}}],
                 "initContainerStatuses":[{"name":"mesh","allocatedResources":{"cpu":"100m","memory":"8"},
                  "resources":{"requests":{"cpu":"100m","memory":"8"}}}]}}""";

        var pod = read(json);

        assertThat(pod.level().held()).isEqualTo(new Resources(300, 0));
        assertThat(pod.requests()).isEqualTo(new Resources(600, 72));
    }

    /// Any of them would delete it, one makes it anew.
    @Test
    void pod_ofTwoOwners_belongsToTheOneThatControlsIt() throws IOException {
        var json = """
                {"metadata":{"name":"p","namespace":"shop","ownerReferences":[
                 {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"old","uid":"1"},
                 {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"2","controller":true}]}}""";

        assertThat(read(json).owner()).contains(new Owner("shop", "ReplicaSet", "web"));
    }

    /// One that never fits its node is no reason to wait.
    @ParameterizedTest
    @CsvSource({"Deferred, 1784116800000", "Infeasible, 0", "Error, 0"})
    void pod_whoseResizeWaitsForRoom_tellsSinceWhen(String reason, long sinceMillis) throws IOException {
        var json = """
                {"metadata":{"name":"p","namespace":"shop"},"spec":{"nodeName":"n1"},
                 "status":{"phase":"Running","conditions":[
                  {"type":"Ready","status":"True"},
                  {"type":"PodResizePending","status":"True","reason":"%s",
                   "lastTransitionTime":"2026-07-15T12:00:00Z"}]}}""".formatted(reason);

        assertThat(read(json).level().deferredAtMillis()).isEqualTo(sinceMillis);
    }

    @Test
    void pod_whoseStatusesSayWhatItAsksFor_holdsNothingElse() throws IOException {
        var json = """
                {"metadata":{"name":"p","namespace":"shop"},"spec":{"nodeName":"n1",
                 "containers":[{"name":"app","resources":{"requests":{"cpu":"200m","memory":"64"}}}]},
                 "status":{"phase":"Running",
                 "containerStatuses":[{"name":"app","allocatedResources":{"cpu":"200m","memory":"64"},
                  "resources":{"requests":{"cpu":"200m","memory":"64"}}}]}}""";

        assertThat(read(json).level()).isSameAs(PodLevel.NONE);
    }

    @Test
    void pod_withOddResourcesOfItsOwn_isReadWithoutThem() throws IOException {
        var pod = decodedWith("\"resources\":null,\"overhead\":[1],");

        assertThat(pod.level()).isSameAs(PodLevel.NONE);
        assertThat(pod.requests()).isEqualTo(new Resources(200, 200));
    }

    /// A quarter of the heap, at least 100 MiB, lies outside of it. Of all that stands around it nothing is
    /// kept.
    @Test
    void container_ofAJavaVirtualMachine_tellsItsHeapAndNothingElse() throws IOException {
        var json = """
                {"metadata":{"name":"p","namespace":"shop"},"spec":{"containers":[
                 {"name":"flags","command":["java"],"args":["-Xmx256m","-jar","app.jar"],
                  "env":[{"name":"PASSWORD","value":"-Xmx1g"}]},
                 {"name":"share","env":[{"name":"FROM","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}},
                   {"name":"JAVA_TOOL_OPTIONS","value":"-Dsecret=1 -XX:MaxRAMPercentage=50"}],
                  "resources":{"limits":{"memory":"2Gi"}}},
                 {"name":"other","args":["-X","POST"]}]}}""";

        assertThat(read(json).memory())
                .isEqualTo(new MemoryFacts(
                        List.of(
                                new HeapSetting("flags", 256L << 20, 356L << 20, "-Xmx256m in the arguments"),
                                new HeapSetting(
                                        "share",
                                        1L << 30,
                                        1280L << 20,
                                        "-XX:MaxRAMPercentage=50 in JAVA_TOOL_OPTIONS")),
                        List.of()));
    }

    @Test
    void podsOfOneWorkload_withOneHeap_shareWhatTheyTell() throws IOException {
        var pool = new Pool();
        var json = "{\"metadata\":{\"name\":\"%s\",\"namespace\":\"shop\"},\"spec\":{\"containers\":["
                + "{\"name\":\"main\",\"args\":[\"-Xmx1g\"]}]}}";

        assertThat(read(json.formatted("a"), pool).memory())
                .isSameAs(read(json.formatted("b"), pool).memory());
    }

    /// The first run was killed and is being followed by a second one.
    @Test
    void container_killedAndStartedAgain_tellsTheRunAndTheLimitThatIsInForce() throws IOException {
        var pod = decodedWithStatus("""
                {"name":"main","restartCount":1,"containerID":"containerd://b",
                 "state":{"running":{"startedAt":"2026-03-04T12:00:01Z"}},
                 "lastState":{"terminated":{"reason":"OOMKilled","exitCode":137,"containerID":"containerd://a",
                   "finishedAt":"2026-03-04T12:00:00Z"}},
                 "resources":{"limits":{"memory":"64Mi"},"requests":{"memory":"32Mi"}}}""");

        assertThat(pod.memory().kills())
                .containsExactly(new MemoryKill(
                        "main",
                        "containerd://a",
                        0,
                        64L << 20,
                        32L << 20,
                        Instant.parse("2026-03-04T12:00:00Z").toEpochMilli(),
                        false));
    }

    /// While it waits, the next start has not been counted: the kill is of the second run.
    @ParameterizedTest
    @CsvSource({
        "state, 1, running",
        "lastState, 1, waiting",
        "lastState, 2, running",
    })
    void container_seenWhileItEndsWaitsAndRunsAgain_isOfOneRun(String shown, int restartCount, String state)
            throws IOException {
        var killed = "{\"terminated\":{\"reason\":\"OOMKilled\",\"containerID\":\"c\"}}";
        var states = shown.equals("state")
                ? "\"state\":" + killed
                : "\"state\":{\"" + state + "\":{}},\"lastState\":" + killed;

        var pod = decodedWithStatus("{\"name\":\"main\",\"restartCount\":" + restartCount + "," + states + "}");

        assertThat(pod.memory().kills()).extracting(MemoryKill::restartCount).containsExactly(1);
    }

    @Test
    void container_endedOtherwise_isNoKill() throws IOException {
        var pod = decodedWithStatus("""
                {"name":"main","restartCount":3,
                 "state":{"waiting":{"reason":"CrashLoopBackOff"}},
                 "lastState":{"terminated":{"reason":"Error","exitCode":137}}}""");

        assertThat(pod.memory()).isSameAs(MemoryFacts.NONE);
    }

    /// Without `resources` in its status, what its spec asks for.
    @Test
    void initContainer_killedInAPodThatIsEvicted_isToldAsSuch() throws IOException {
        var json = "{\"metadata\":{\"name\":\"p\",\"namespace\":\"shop\"},\"spec\":{\"initContainers\":["
                + "{\"name\":\"first\",\"resources\":{\"limits\":{\"memory\":\"50\"}}}],\"containers\":[]},"
                + "\"status\":{\"phase\":\"Failed\",\"reason\":\"Evicted\",\"initContainerStatuses\":[{\"name\":\"first\","
                + "\"state\":{\"terminated\":{\"reason\":\"OOMKilled\"}}}]}}";

        assertThat(read(json).memory().kills()).containsExactly(new MemoryKill("first", "", 0, 50, 0, 0, true));
    }

    @Test
    void failedPod_withoutKills_isNotKept() throws IOException {
        var killed = "{\"metadata\":{\"name\":\"p\",\"namespace\":\"shop\"},\"status\":{\"phase\":\"Failed\","
                + "\"containerStatuses\":[{\"name\":\"main\",\"state\":{\"terminated\":{\"reason\":\"%s\"}}}]}}";

        assertThat(failed(killed.formatted("OOMKilled"))).isInstanceOf(ClusterEvent.FailedPodApplied.class);
        assertThat(failed(killed.formatted("Error")))
                .isEqualTo(new ClusterEvent.FailedPodDeleted(new PodKey("shop", "p")));
    }

    private static ClusterEvent failed(String json) throws IOException {
        try (var parser = Json.parser(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))) {
            parser.nextToken();
            return new FailedPodDecoder(new Pool()).decode(parser).applied();
        }
    }

    private static PodSpec decodedWithStatus(String containerStatus) throws IOException {
        return read("{\"metadata\":{\"name\":\"p\",\"namespace\":\"shop\"},\"spec\":{\"containers\":["
                + container("main", 200, "") + "]},\"status\":{\"phase\":\"Running\",\"containerStatuses\":["
                + containerStatus + "]}}");
    }

    private static String container(String name, int amount, String restartPolicy) {
        return "{\"name\":\"%1$s\",\"restartPolicy\":\"%3$s\",\"resources\":{\"requests\":{\"cpu\":\"%2$dm\",\"memory\":\"%2$d\"}}}"
                .formatted(name, amount, restartPolicy);
    }

    /// A pod whose main container asks for 200.
    private static PodSpec decoded(String... initContainers) throws IOException {
        return decodedWith("\"initContainers\":[" + String.join(",", initContainers) + "],");
    }

    private static PodSpec decodedWith(String fieldsOfSpec) throws IOException {
        var json = "{\"metadata\":{\"name\":\"p\",\"namespace\":\"shop\"},\"spec\":{" + fieldsOfSpec
                + "\"containers\":[" + container("main", 200, "") + "]}}";
        return read(json);
    }

    private static PodSpec read(String json) throws IOException {
        return read(json, new Pool());
    }

    private static PodSpec read(String json, Pool pool) throws IOException {
        try (var parser = Json.parser(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))) {
            parser.nextToken();
            return ((ClusterEvent.PodApplied)
                            new PodDecoder(pool).decode(parser).applied())
                    .pod();
        }
    }
}
