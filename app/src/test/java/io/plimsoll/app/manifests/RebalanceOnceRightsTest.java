package io.plimsoll.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.Plimsoll;
import io.plimsoll.app.move.PlayedRebalancer;
import io.plimsoll.kubernetes.resource.RebalancePlan;
import io.plimsoll.kubernetes.resource.RebalanceRequest;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the CronJob's command does with the CronJob's account, and with one right less.
@RealControlPlane
class RebalanceOnceRightsTest {

    private static final String ACCOUNT = "plimsoll-rebalance-once";
    private static final String OVERLAY = "rebalance-once";

    private KubernetesClient admin;
    private AccountRights rights;
    private Path kubeconfig;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void install(ControlPlane running, KubernetesClient own, @TempDir Path folder) throws IOException {
        admin = own;
        rights = new AccountRights(own, ACCOUNT);
        CustomResources.serve(running);
        CustomResources.unguard(running);
        AccountRights.grant(running, "rebalancer");
        AccountRights.grantFurther(running, OVERLAY);
        try (var account = running.newClientOf(AccountRights.NAMESPACE, ACCOUNT)) {
            var text = Files.readString(running.kubeconfig())
                    .replace(running.adminToken(), account.getConfiguration().getOauthToken());
            kubeconfig = Files.writeString(folder.resolve("kubeconfig"), text);
        }
    }

    @AfterEach
    void forget() {
        admin.resources(RebalancePlan.class).delete();
        admin.resources(RebalanceRequest.class).delete();
    }

    @AfterAll
    static void putBack(ControlPlane running) {
        AccountRights.grantFurther(running, OVERLAY);
    }

    @ParameterizedTest
    @CsvSource({
        "rebalancerequests, create",
        "rebalancerequests, get",
        "rebalanceplans, list",
        "rebalanceplans, get",
        "rebalanceplans, patch"
    })
    void command_withoutOneRight_failsWithItsName(String resource, String verb) throws Exception {
        rights.takeAway(verb, resource);

        try (var _ = PlayedRebalancer.moving(admin)) {
            assertThat(run(commandOfTheCronJob())).isEqualTo(1);
        }

        assertThat(err.toString()).contains("you may not", resource + ".plimsoll.io", "403");
    }

    @Test
    void command_withTheRightsAsShipped_isCarriedOut() throws Exception {
        try (var _ = PlayedRebalancer.moving(admin)) {
            assertThat(run(commandOfTheCronJob())).as(err.toString()).isZero();
        }

        assertThat(out.toString()).endsWith("2 of 2 moved\n");
    }

    @Test
    void account_hasNoRightThatItHasNoUseFor() {
        assertThat(Stream.of(
                                "create _ pods/eviction",
                                "get _ pods",
                                "list _ pods",
                                "create plimsoll.io rebalanceplans",
                                "delete plimsoll.io rebalanceplans",
                                "patch plimsoll.io rebalanceplans/status",
                                "patch plimsoll.io rebalancerequests/status",
                                "list plimsoll.io rebalancerequests",
                                "delete plimsoll.io rebalancerequests",
                                "get coordination.k8s.io leases",
                                "patch coordination.k8s.io leases")
                        .filter(rights::isAllowed))
                .isEmpty();
    }

    private List<String> commandOfTheCronJob() throws IOException {
        try (var file = Files.newInputStream(
                CustomResources.MANIFESTS.resolve("overlays").resolve(OVERLAY).resolve("cronjob.yaml"))) {
            return admin.batch()
                    .v1()
                    .cronjobs()
                    .load(file)
                    .item()
                    .getSpec()
                    .getJobTemplate()
                    .getSpec()
                    .getTemplate()
                    .getSpec()
                    .getContainers()
                    .getFirst()
                    .getArgs();
        }
    }

    private int run(List<String> command) {
        var arguments = new ArrayList<>(command);
        arguments.add("--kubeconfig=" + kubeconfig);
        return Plimsoll.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
