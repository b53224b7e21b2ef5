package io.plimsoll.testbed.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How a cluster answers what is done to it. The simulation and the real control plane run the very same scenarios and
/// must be seen to answer alike; only the wording of a refusal is free.
abstract class ClusterContract {

    private static final long MIB = 1L << 20;
    private static final Outcome DONE = new Outcome.Done();
    private static final Map<String, String> WEB = Map.of("app", "web");
    private static final ContainerSpec BURSTABLE = container(100, 200);

    abstract ContractCluster cluster();

    @Test
    void bind_aPendingPod_isDoneAndItRuns() {
        var node = cluster().createNode("bind");
        cluster().createPod("web", WEB, BURSTABLE);

        assertThat(cluster().bind("web", node)).isEqualTo(DONE);

        cluster().awaitRunning("web");
    }

    @Test
    void bind_aSecondTime_isAConflict() {
        var node = cluster().createSilentNode("again");
        cluster().createPod("web", WEB, BURSTABLE);
        cluster().bind("web", node);

        assertThat(plain(cluster().bind("web", node))).isEqualTo(refused(Refusal.CONFLICT));
        assertThat(plain(cluster().bind("web", "another"))).isEqualTo(refused(Refusal.CONFLICT));
    }

    @Test
    void bind_aPodThatIsNotThere_findsItGone() {
        var node = cluster().createSilentNode("nobody");

        assertThat(plain(cluster().bind("nobody", node))).isEqualTo(refused(Refusal.GONE));
    }

    @Test
    void bind_toANodeThatIsNotThere_isDone() {
        cluster().createPod("web", WEB, BURSTABLE);

        assertThat(cluster().bind("web", "nowhere")).isEqualTo(DONE);
    }

    @Test
    void delete_aRunningPod_isDoneAndThenItIsGone() {
        running("web", cluster().createNode("delete"));

        assertThat(cluster().delete("web")).isEqualTo(DONE);
        cluster().awaitGone("web");

        assertThat(plain(cluster().delete("web"))).isEqualTo(refused(Refusal.GONE));
    }

    @Test
    void delete_aPendingPod_isDoneAtOnce() {
        cluster().createPod("web", WEB, BURSTABLE);

        assertThat(cluster().delete("web")).isEqualTo(DONE);

        assertThat(plain(cluster().delete("web"))).isEqualTo(refused(Refusal.GONE));
    }

    @Test
    void evict_withABudgetForOne_isDoneOnceAndRefusedThen() {
        var node = cluster().createNode("budget");
        var first = running("web-1", node);
        var second = running("web-2", node);
        cluster().createBudget("web", WEB, 1, 1);

        assertThat(cluster().evict("web-1", first)).isEqualTo(DONE);
        assertThat(plain(cluster().evict("web-2", second))).isEqualTo(refused(Refusal.BUDGET));

        cluster().awaitGone("web-1");
        assertThat(plain(cluster().evict("web-2", second))).isEqualTo(refused(Refusal.BUDGET));
    }

    @Test
    void evict_aPodOfTwoBudgets_isRefusedForThat() {
        var uid = running("web", cluster().createNode("two"));
        cluster().createBudget("web", WEB, 0, 1);
        cluster().createBudget("more", WEB, 0, 1);

        assertThat(plain(cluster().evict("web", uid))).isEqualTo(refused(Refusal.SEVERAL_BUDGETS));
    }

    @Test
    void evict_aPendingPod_asksNoBudget() {
        var uid = cluster().createPod("web", WEB, BURSTABLE);
        cluster().createBudget("web", WEB, 1, 0);

        assertThat(cluster().evict("web", uid)).isEqualTo(DONE);
    }

    @Test
    void evict_aPodThatIsNotThere_findsItGone() {
        assertThat(plain(cluster().evict("nobody", "uid"))).isEqualTo(refused(Refusal.GONE));
    }

    @Test
    void evict_anotherPodOfTheName_isAConflict() {
        var node = cluster().createNode("uid");
        running("web", node);

        assertThat(plain(cluster().evict("web", "00000000-0000-0000-0000-000000000000")))
                .isEqualTo(refused(Refusal.CONFLICT));

        cluster().awaitRunning("web");
    }

    @Test
    void resize_withinTheLimit_isDone() {
        var uid = bound("web", cluster().createSilentNode("within"), BURSTABLE);

        assertThat(cluster().resize("web", uid, container(150, 0))).isEqualTo(DONE);

        assertThat(cluster().requestedCpuMillis("web")).isEqualTo(150);
    }

    @Test
    void resize_aPodThatIsNotBound_isDone() {
        var uid = cluster().createPod("web", WEB, BURSTABLE);

        assertThat(cluster().resize("web", uid, container(150, 0))).isEqualTo(DONE);

        assertThat(cluster().requestedCpuMillis("web")).isEqualTo(150);
    }

    @Test
    void resize_aboveTheLimit_isInvalid() {
        var uid = bound("web", cluster().createSilentNode("limit"), BURSTABLE);

        assertThat(plain(cluster().resize("web", uid, container(300, 0)))).isEqualTo(refused(Refusal.INVALID));

        assertThat(cluster().requestedCpuMillis("web")).isEqualTo(100);
    }

    @Test
    void resize_thatChangesTheClassOfService_isInvalid() {
        var uid = bound("web", cluster().createSilentNode("class"), BURSTABLE);
        var guaranteed = new ContainerSpec("main", resources(200, 128), resources(200, 128));

        assertThat(plain(cluster().resize("web", uid, guaranteed))).isEqualTo(refused(Refusal.INVALID));
    }

    @Test
    void resize_ofAContainerThatIsNotThere_isInvalid() {
        var uid = bound("web", cluster().createSilentNode("stranger"), BURSTABLE);
        var stranger = new ContainerSpec("stranger", resources(100, 64), Resources.NONE);

        assertThat(plain(cluster().resize("web", uid, stranger))).isEqualTo(refused(Refusal.INVALID));
    }

    @Test
    void resize_beyondTheNode_isForbidden() {
        var uid = bound("web", cluster().createSilentNode("beyond"), container(100, 0));

        assertThat(plain(cluster().resize("web", uid, container(4001, 0)))).isEqualTo(refused(Refusal.FORBIDDEN));
    }

    @Test
    void resize_aPodThatIsNotThere_findsItGone() {
        assertThat(plain(cluster().resize("nobody", "uid", BURSTABLE))).isEqualTo(refused(Refusal.GONE));
    }

    @Test
    void resize_anotherPodOfTheName_isAConflict() {
        bound("web", cluster().createSilentNode("other"), BURSTABLE);

        var outcome = cluster().resize("web", "00000000-0000-0000-0000-000000000000", container(150, 0));

        assertThat(plain(outcome)).isEqualTo(refused(Refusal.CONFLICT));
    }

    private String running(String pod, String node) {
        var uid = bound(pod, node, BURSTABLE);
        cluster().awaitRunning(pod);
        return uid;
    }

    private String bound(String pod, String node, ContainerSpec container) {
        var uid = cluster().createPod(pod, WEB, container);
        assertThat(cluster().bind(pod, node)).isEqualTo(DONE);
        return uid;
    }

    /// The outcome without its words and its waiting time, which are the server's own.
    private static Outcome plain(Outcome outcome) {
        return outcome instanceof Outcome.Refused refused ? refused(refused.reason()) : outcome;
    }

    private static Outcome refused(Refusal reason) {
        return new Outcome.Refused(reason, "", Optional.empty());
    }

    /// A container called `main` with 64 MiB requested and, with a CPU limit, 128 MiB at most.
    private static ContainerSpec container(long cpuMillis, long cpuMillisMax) {
        var limits = cpuMillisMax == 0 ? Resources.NONE : resources(cpuMillisMax, 128);
        return new ContainerSpec("main", resources(cpuMillis, 64), limits);
    }

    private static Resources resources(long cpuMillis, long mebibytes) {
        return new Resources(cpuMillis, mebibytes * MIB);
    }
}
