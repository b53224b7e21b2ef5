package io.plimsoll.testbed.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SettingsTest {

    @Test
    void schedulerConfiguration_ofTheUser_getsConnectionAndNoElection() {
        SchedulerSettings settings = SchedulerSettings.of("""
            apiVersion: kubescheduler.config.k8s.io/v1
            kind: KubeSchedulerConfiguration
            clientConnection:
              qps: 50
            extenders:
            - urlPrefix: http://127.0.0.1:9000/scheduler
            """);

        String complete = settings.complete("/run/kubeconfig");

        assertThat(complete.lines().map(String::strip))
                .contains("qps: 50", "kubeconfig: \"/run/kubeconfig\"", "leaderElect: false")
                .contains("- urlPrefix: \"http://127.0.0.1:9000/scheduler\"");
    }

    @Test
    void schedulerConfiguration_thatIsNoObject_isRefused() {
        SchedulerSettings settings = SchedulerSettings.of("- a\n- b\n");

        assertThatThrownBy(() -> settings.complete("/run/kubeconfig")).isInstanceOf(RuntimeException.class);
    }

    @Test
    void optionalParts_chosen_areTheOnesThatStart() {
        ControlPlaneSettings settings =
                ControlPlaneSettings.named("t").withMetricsServer().withoutScheduler();

        assertThat(settings.optional()).containsExactly(Component.METRICS_SERVER);
        assertThat(ControlPlaneSettings.named("t").withoutScheduler().optional())
                .isEmpty();
    }

    @Test
    void leases_withMoreNodes_areRenewedLessOften() {
        // 100 nodes: 40 s, Kubernetes' own; 5,000 nodes: 5,000 * 0.16 = 800 s, renewed every 200 s, 25 per second.
        assertThat(ControlPlaneSettings.named("t").withNodesExpected(100).nodeLeaseSeconds())
                .isEqualTo(40);
        assertThat(ControlPlaneSettings.named("t").withNodesExpected(5_000).nodeLeaseSeconds())
                .isEqualTo(800);
        assertThat(ControlPlaneSettings.named("t").withNodesExpected(5_000).nodeGraceSeconds())
                .isEqualTo(810);
    }

    @Test
    void ports_handedOut_areDifferentAndNotThoseOfOutgoingConnections() {
        Set<Integer> ports = new HashSet<>();

        for (int i = 0; i < 100; i++) {
            ports.add(FreePorts.next());
        }

        assertThat(ports).hasSize(100).allMatch(port -> port < 32_768);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "control planes run on Linux only")
    void port_handedOut_isThereForAServerAgainAndAgain() throws Exception {
        int port = FreePorts.next();

        for (int i = 0; i < 3; i++) {
            try (var server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                    var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(client.getPort()).isEqualTo(server.getLocalPort());
            }
        }
    }

    @Test
    void port_handedOut_isNotThereForOthersWhileItsServerIsAway() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next());
        new ServerSocket(address.getPort(), 1, address.getAddress()).close();

        try (var other = new Socket()) {
            other.setReuseAddress(false);

            assertThatThrownBy(() -> other.bind(address)).isInstanceOf(BindException.class);
        }
    }

    @Test
    void endpoints_eachComponent_hasItsOwnPort() {
        Endpoints endpoints = Endpoints.free();

        assertThat(new HashSet<>(endpoints.ports().values()))
                .hasSize(EnumSet.allOf(Component.class).size());
        assertThat(endpoints.url(Component.API_SERVER)).startsWith("https://127.0.0.1:");
        assertThat(endpoints.url(Component.ETCD)).startsWith("http://127.0.0.1:");
    }

    @Test
    void missingPrograms_named_sayHowToGetThem() {
        List<Prerequisites.Program> missing =
                Prerequisites.missing(List.of(new Prerequisites.Program("no-such-program-1", "some-package")));

        assertThat(Prerequisites.instructions(missing))
                .isEqualTo("missing on this machine: no-such-program-1. On Debian or Ubuntu: sudo apt-get install -y"
                        + " --no-install-recommends some-package (done by itself when run as root)");
    }
}
