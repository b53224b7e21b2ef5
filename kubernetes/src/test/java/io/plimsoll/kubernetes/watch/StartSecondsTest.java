package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.PodSpec;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// How long a pod took to be ready, as the watch reads it.
class StartSecondsTest {

    /// As a kubelet of 1.34 writes it: bound at 5:00:01, taken over at 5:00:02, ready at 5:01:37.
    private static final String POD = """
            {"apiVersion": "v1", "kind": "Pod",
             "metadata": {"name": "web-7d4b9c6f5-x2x8k", "namespace": "shop", "uid": "0b1c",
              "creationTimestamp": "2026-11-22T05:00:01Z",
              "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-7d4b9c6f5",
               "uid": "3f2e", "controller": true}]},
             "spec": {"nodeName": "n1", "initContainers": [{"name": "schema", "image": "migrate:3"}],
              "containers": [{"name": "app", "image": "web:1.7",
               "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 10}}]},
             "status": {"phase": "Running", "startTime": "2026-11-22T05:00:02Z",
              "conditions": [
               {"type": "PodReadyToStartContainers", "status": "True", "lastTransitionTime": "2026-11-22T05:00:05Z"},
               {"type": "Initialized", "status": "True", "lastTransitionTime": "2026-11-22T05:00:21Z"},
               {"type": "Ready", "status": "True", "lastProbeTime": null,
                "lastTransitionTime": "2026-11-22T05:01:37Z"},
               {"type": "ContainersReady", "status": "True", "lastTransitionTime": "2026-11-22T05:01:37Z"},
               {"type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-11-22T05:00:01Z"}],
              "initContainerStatuses": [{"name": "schema", "ready": true, "restartCount": 0,
               "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}],
              "containerStatuses": [{"name": "app", "ready": true, "started": true, "restartCount": 0,
               "state": {"running": {"startedAt": "2026-11-22T05:00:34Z"}}, "lastState": {}}],
              "qosClass": "Burstable"}}""";

    private static final String STARTED = "\"startTime\": \"2026-11-22T05:00:02Z\",";

    @Test
    void pod_thatIsReady_tookFromWhenItsKubeletTookItOver() throws IOException {
        assertThat(startSeconds(POD)).isEqualTo(95);
    }

    @Test
    void pod_whoseKubeletDoesNotSayWhen_tookFromWhenItWasBound() throws IOException {
        assertThat(startSeconds(POD.replace(STARTED, ""))).isEqualTo(96);
    }

    /// Zero would say that nothing is known.
    @Test
    void pod_thatWasReadyWithinTheSecond_tookOne() throws IOException {
        assertThat(startSeconds(POD.replace("05:01:37", "05:00:02"))).isEqualTo(1);
    }

    @Test
    void pod_thatTellsHalfSeconds_tookOneBegunMore() throws IOException {
        assertThat(startSeconds(POD.replace("05:01:37Z", "05:01:37.5Z"))).isEqualTo(96);
    }

    @Test
    void pod_thatIsNotReady_isNotKnown() throws IOException {
        assertThat(startSeconds(POD.replace("\"Ready\", \"status\": \"True\"", "\"Ready\", \"status\": \"False\"")))
                .isZero();
    }

    /// It was ready anew after that.
    @Test
    void pod_whoseContainerWasRestarted_isNotKnown() throws IOException {
        assertThat(startSeconds(POD.replace(
                        "\"started\": true, \"restartCount\": 0", "\"started\": true, \"restartCount\": 1")))
                .isZero();
    }

    @Test
    void pod_whoseInitContainerFailedAtFirst_isNotKnown() throws IOException {
        assertThat(startSeconds(POD.replaceFirst("\"restartCount\": 0", "\"restartCount\": 2")))
                .isZero();
    }

    /// Its kubelet was started anew, say, and took it for not ready until its next probe.
    @Test
    void pod_thatIsReadySinceLongAfterItsStart_isNotKnown() throws IOException {
        assertThat(startSeconds(POD.replace("05:01:37", "06:00:02"))).isEqualTo(3_600);
        assertThat(startSeconds(POD.replace("05:01:37", "06:00:03"))).isZero();
    }

    @Test
    void pod_thatWasReadyBeforeItsStartByTheClocks_isNotKnown() throws IOException {
        assertThat(startSeconds(POD.replace("05:01:37", "05:00:01"))).isZero();
    }

    @Test
    void pod_thatTellsNoTimes_isNotKnown() throws IOException {
        var timeless = POD.replace(STARTED, "").replaceAll(", *\"lastTransitionTime\": \"[^\"]*\"", "");

        assertThat(startSeconds(timeless)).isZero();
        assertThat(startSeconds(POD.replaceAll("2026-11-22T05:0[01]:[0-9]+Z", "yesterday")))
                .isZero();
    }

    private static int startSeconds(String pod) throws IOException {
        PodSpec read = PodDecoder.read(Json.MAPPER.readTree(pod));
        return read.startSeconds();
    }
}
