package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.action.RecreatablePods;
import io.plimsoll.model.action.RecreatablePods.Look;
import io.plimsoll.model.cluster.PodKey;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ApiRecreatablePodsTest {

    private static final String OWNED =
            "\"ownerReferences\":[{\"kind\":\"ReplicaSet\",\"name\":\"web-1\",\"controller\":true}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "%s | {}",
                "%s | {\"volumes\":[{\"name\":\"cache\",\"emptyDir\":{\"medium\":\"Memory\"}}]}",
                "%s | {\"volumes\":[{\"name\":\"config\",\"configMap\":{}}]}",
                "%s | {\"volumes\":[{\"name\":\"data\",\"persistentVolumeClaim\":{}}]}",
                "%s | {\"priority\":1999999999}",
                "%s,\"labels\":{\"opt-out.plimsoll.io/score\":\"true\"} | {}",
                "%s,\"labels\":{\"opt-out.plimsoll.io/evict\":\"yes\"} | {}",
                "%s,\"annotations\":{\"karpenter.sh/do-not-disrupt\":\"false\"} | {}",
                "\"ownerReferences\":[{\"kind\":\"StatefulSet\",\"name\":\"web\",\"controller\":true}] | {}"
            })
    void pod_thatAControllerReplaces_isEvictableInTheVersionThatWasLookedAt(String metadata, String spec) {
        assertThat(look(metadata.formatted(OWNED), spec)).isEqualTo(new Look.Evictable("7"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"labels\":{} | {} | nothing would make it anew: no controller owns it",
                "\"ownerReferences\":[{\"kind\":\"DaemonSet\",\"name\":\"web\",\"controller\":true}] | {} | a DaemonSet keeps one on each node",
                "\"ownerReferences\":[{\"kind\":\"Job\",\"name\":\"web\",\"controller\":true}] | {} | nothing would make another pod of it",
                "\"ownerReferences\":[{\"kind\":\"ReplicaSet\",\"name\":\"web-1\"}] | {} | nothing would make it anew",
                "\"ownerReferences\":[{\"kind\":\"ReplicaSet\",\"name\":\"a b\",\"controller\":true}] | {} | nothing would make it",
                "%s,\"deletionTimestamp\":\"2026-03-04T12:00:00Z\" | {} | it is ending already",
                "%s,\"annotations\":{\"kubernetes.io/config.mirror\":\"x\"} | {} | its node runs it from a file",
                "%s,\"annotations\":{\"kubernetes.io/config.source\":\"file\"} | {} | its kubelet has it from elsewhere",
                "%s | {\"priority\":2000001000} | the cluster needs it: its priority is that of system-critical pods",
                "%s,\"labels\":{\"opt-out.plimsoll.io/evict\":\"true\"} | {} | it, its workload or its namespace opts out",
                "%s,\"labels\":{\"opt-out.plimsoll.io/all\":\"true\"} | {} | it, its workload or its namespace opts out",
                "%s,\"annotations\":{\"cluster-autoscaler.kubernetes.io/safe-to-evict\":\"false\"} | {} | cluster-autoscaler",
                "%s,\"annotations\":{\"karpenter.sh/do-not-disrupt\":\"true\"} | {} | karpenter.sh/do-not-disrupt says",
                "%s,\"annotations\":{\"descheduler.alpha.kubernetes.io/prefer-no-eviction\":\"\"} | {} | descheduler",
                "%s,\"annotations\":{\"admission.plimsoll.io/skip\":\"true\"} | {} | admission.plimsoll.io/skip keeps",
                "%s | {\"volumes\":[{\"name\":\"data\",\"emptyDir\":{}}]} | what is in its volume data would be lost",
                "%s | {\"volumes\":[{\"name\":\"logs\",\"hostPath\":{\"path\":\"/\"}}]} | what is in its volume logs would"
            })
    void pod_thatIsNotToBeEvicted_isKeptWithTheReason(String metadata, String spec, String words) {
        assertThat(look(metadata.formatted(OWNED), spec))
                .isInstanceOfSatisfying(
                        Look.Kept.class, kept -> assertThat(kept.words()).startsWith(words));
    }

    @Test
    void pod_ofTheSameNameAndAnotherUid_isKept() {
        Look look = ask(200, "{\"metadata\":{\"uid\":\"u-2\"}}", pods -> pods.look(new PodKey("shop", "web"), "u-1"));

        assertThat(look).isEqualTo(new Look.Kept("another pod bears its name now"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200 | {\"webhooks\":[{\"clientConfig\":{}}]}    | the webhook has no certificate yet",
                "200 | {\"webhooks\":[]}                         | the webhook has no certificate yet",
                "404 | {}                                        | new pods start as their template has them: install",
                "403 | {}                                        | it cannot be seen whether new pods are sized",
                "500 | {}                                        | it cannot be seen whether new pods are sized"
            })
    void newPods_withoutAWebhookThatWorks_areNotSized(int code, String answer, String words) {
        Optional<String> unsized = ask(code, answer, RecreatablePods::unsized);

        assertThat(unsized).hasValueSatisfying(why -> assertThat(why).startsWith(words));
    }

    @Test
    void newPods_withAWebhookThatIsTrusted_areSized() {
        Optional<String> unsized =
                ask(200, "{\"webhooks\":[{\"clientConfig\":{\"caBundle\":\"YQ==\"}}]}", RecreatablePods::unsized);

        assertThat(unsized).isEmpty();
    }

    private static Look look(String metadata, String spec) {
        var pod = "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"web\",\"uid\":\"u-1\",\"resourceVersion\":\"7\","
                + metadata + "},\"spec\":" + spec + "}";
        return ask(200, pod, pods -> pods.look(new PodKey("shop", "web"), "u-1"));
    }

    private static <T> T ask(int code, String answer, Function<RecreatablePods, T> question) {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, code, answer));
                var server = new ApiServer(api.client())) {
            return question.apply(new ApiRecreatablePods(server));
        }
    }
}
