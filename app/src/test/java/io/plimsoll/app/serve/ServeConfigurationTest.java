package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.app.UserError;
import io.plimsoll.app.settings.Settings;
import io.plimsoll.app.settings.SettingsReader;
import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.kubernetes.ObserverSettings;
import io.plimsoll.kubernetes.ObserverSettings.Source;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MoveGoal;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Preference;
import io.plimsoll.model.recommendation.OomRules;
import io.plimsoll.rightsizer.RightsizerSettings;
import io.plimsoll.rightsizer.TransactionSettings;
import io.plimsoll.testbed.controlplane.CertificateAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeConfigurationTest {

    @Test
    void configuration_nothingSet_isTheRolesOwnDefaults() {
        var configuration = ServeConfiguration.of(settings(Map.of()));

        assertThat(configuration.extender()).isEqualTo(ExtenderConfig.DEFAULT);
        assertThat(configuration.placement()).isEqualTo(PlacementConfig.DEFAULT.with(Preference.BUSY, Preference.BUSY));
        assertThat(configuration.observer()).isEqualTo(ObserverSettings.DEFAULT);
        assertThat(configuration.rightsizer()).isEqualTo(RightsizerConfiguration.DEFAULT);
        assertThat(configuration.rebalancer()).isEqualTo(RebalancerConfiguration.DEFAULT);
        assertThat(configuration.moves()).isEqualTo(MoveConfig.of(configuration.placement()));
        assertThat(configuration.roles()).containsExactly(Role.EXTENDER);
    }

    @Test
    void configuration_packingOffPeak_isTheWeightsOfQuietHours() {
        assertThat(ServeConfiguration.of(settings(Map.of("placement.pack-off-peak", "true")))
                        .placement())
                .isEqualTo(PlacementConfig.DEFAULT);
    }

    @Test
    void configuration_emptyingNodes_whereTheyWouldBeFilledAgain_isRefused() {
        var settings = settings(Map.of("rebalancer.empty-nodes", "true"));

        assertThatThrownBy(() -> ServeConfiguration.of(settings))
                .hasMessage("the configuration is wrong: rebalancer: rebalancer.empty-nodes needs"
                        + " placement.pack-off-peak, also where pods are scheduled: the next ones would go to the nodes"
                        + " that were emptied");
        assertThat(ServeConfiguration.of(
                                settings(Map.of("rebalancer.empty-nodes", "true", "placement.pack-off-peak", "true")))
                        .moves()
                        .goals())
                .containsExactly(MoveGoal.EMPTY_NODES);
    }

    @Test
    void configuration_rolesInAnyOrder_areAllOfThem() {
        assertThat(ServeConfiguration.of(settings(Map.of("roles", "rightsizer,extender")))
                        .roles())
                .containsExactly(Role.EXTENDER, Role.RIGHTSIZER);
    }

    @Test
    void configuration_aRoleThatDoesNotExistOrStandsTwice_isRefusedWithThoseThatDo() {
        assertThatThrownBy(() -> ServeConfiguration.of(settings(Map.of("roles", "extender,resizer"))))
                .hasMessage("the configuration is wrong: roles: there is no role 'resizer';"
                        + " there are extender, rightsizer, webhook, rebalancer");
        assertThatThrownBy(() -> ServeConfiguration.of(settings(Map.of("roles", "extender,extender"))))
                .hasMessageContaining("'extender' stands there twice");
    }

    @Test
    void configuration_howManyPodsAreMoved_isAsSet_andOfNodesThatAreHotAsSet() {
        var settings = settings(Map.of(
                "rebalancer.node-moves-max", "1",
                "rebalancer.namespace-moves-max", "2",
                "rebalancer.moves-max", "1000",
                "rebalancer.ready-seconds-max", "900",
                "placement.cpu-hot-share", "0.8"));

        var moves = ServeConfiguration.of(settings).moves();

        assertThat(moves.limits()).isEqualTo(new MoveConfig.Limits(1, 1, 2, 1_000));
        assertThat(moves.pace().readyMillisMax()).isEqualTo(900_000);
        assertThat(moves.placement().cpuHot()).isEqualTo(0.8);
        assertThatThrownBy(() -> settings(Map.of("rebalancer.moves-max", "0")))
                .hasMessageContaining("rebalancer.moves-max is '0'; allowed: a whole number, 1 to 1000");
    }

    @Test
    void configuration_leaseUnderWhichTwoMightAct_isRefused() {
        var settings = settings(Map.of("rightsizer.lease.renew-deadline-seconds", "14"));

        assertThatThrownBy(() -> ServeConfiguration.of(settings))
                .hasMessageContaining("rightsizer: renewDeadline and a retry must be below duration");
    }

    @Test
    void configuration_everythingOfTheRightsizer_isTaken() {
        var given = settings(Map.of(
                "rightsizer.dry-run", "true",
                "rightsizer.interval-seconds", "7",
                "rightsizer.changes-max", "3",
                "rightsizer.image-age-seconds-max", "9",
                "rightsizer.deferred-seconds-max", "11",
                "rightsizer.oom-kills-min", "2",
                "rightsizer.lease.name", "other",
                "rightsizer.lease.namespace", "there"));

        var rightsizer = ServeConfiguration.of(given).rightsizer();

        var standard = TransactionSettings.DEFAULT;
        assertThat(rightsizer.settings())
                .isEqualTo(new RightsizerSettings(
                        Duration.ofSeconds(7),
                        3,
                        Duration.ofSeconds(9),
                        true,
                        new TransactionSettings(
                                standard.look(),
                                Duration.ofSeconds(11),
                                standard.errorMax(),
                                standard.applyMax(),
                                standard.lateMax()),
                        OomRules.DEFAULT.withKillsMin(2)));
        assertThat(rightsizer.leaseName()).isEqualTo("other");
        assertThat(rightsizer.leaseNamespace()).isEqualTo("there");
    }

    @Test
    void configuration_printed_isReadAgainAsTheSame() {
        var settings = settings(Map.of("decisions.shadow", "true", "placement.weights.packing", "4"));

        var again =
                reader().file("printed", settings.toYaml(ServeSettings.head())).read();

        assertThat(ServeConfiguration.of(again)).isEqualTo(ServeConfiguration.of(settings));
        assertThat(ServeConfiguration.of(again).extender().decisions().shadow()).isTrue();
    }

    @Test
    void configuration_everyInterfaceWithoutTls_isRefused() {
        var settings = settings(Map.of("scheduler-port.host", "0.0.0.0"));

        assertThatThrownBy(() -> ServeConfiguration.of(settings))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("scheduler-port")
                .hasMessageContaining("only with TLS");
    }

    @Test
    void configuration_partOfTheTlsFiles_isRefused(@TempDir Path folder) throws Exception {
        var certificate = Files.writeString(folder.resolve("tls.crt"), "");

        var settings = settings(Map.of("scheduler-port.tls-certificate-file", certificate.toString()));

        assertThatThrownBy(() -> ServeConfiguration.of(settings)).hasMessageContaining("give all three, or none");
    }

    /// Before anything is started or a cluster is looked for.
    @Test
    void start_withAKeyThatIsNone_namesTheFileAndWhatToDo(@TempDir Path folder) throws Exception {
        var authority = CertificateAuthority.create("test", Instant.EPOCH);
        var certificate =
                Files.writeString(folder.resolve("tls.crt"), authority.root().certificatePem());
        var key = Files.writeString(folder.resolve("tls.key"), "no key");
        var configuration = ServeConfiguration.of(settings(Map.of(
                "scheduler-port.tls-certificate-file", certificate.toString(),
                "scheduler-port.tls-key-file", key.toString(),
                "scheduler-port.tls-client-authority-file", certificate.toString())));

        assertThatThrownBy(() -> PlimsollService.start(configuration))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith("TLS of the scheduler's port cannot start: no private key in " + key + ": ")
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt")
                .hasMessageContaining("tls-key-file");
    }

    @Test
    void configuration_fileThatIsNotThere_isNamed() {
        var settings = settings(Map.of("cluster.kubeconfig", "/nowhere/config"));

        assertThatThrownBy(() -> ServeConfiguration.of(settings))
                .hasMessage("the configuration is wrong: cluster.kubeconfig: cannot read /nowhere/config:"
                        + " there is no such file");
    }

    @Test
    void configuration_evictShareFromWhichMemoryIsRoomy_isRefusedSinceRiskWouldTurnRound() {
        assertThatThrownBy(() -> settings(Map.of("placement.memory-evict-share", "0.2")))
                .hasMessageContaining(
                        "placement.memory-evict-share is '0.2'; allowed: a number between 0 and 0.2, like");
        assertThat(ServeConfiguration.of(settings(Map.of("placement.memory-evict-share", "0.19")))
                        .placement()
                        .memoryEvictShare())
                .isEqualTo(0.19);
    }

    @Test
    void configuration_usageSourceThatDoesNotExist_isNamed() {
        var settings = settings(Map.of("usage.sources", "metrics-api,crystal-ball"));

        assertThatThrownBy(() -> ServeConfiguration.of(settings))
                .hasMessageContaining("usage: there is no usage source 'crystal-ball'");
    }

    @Test
    void configuration_twoUsageSources_areBothAsked() {
        var settings = settings(Map.of("usage.sources", "metrics-api,kubelet-summary", "usage.interval-seconds", "30"));

        assertThat(ServeConfiguration.of(settings).observer().sources())
                .containsExactly(
                        new Source("metrics-api", Duration.ofSeconds(30), Duration.ofSeconds(10), Map.of()),
                        new Source("kubelet-summary", Duration.ofSeconds(30), Duration.ofSeconds(10), Map.of()));
    }

    @Test
    void configuration_expiryBeforeFreshness_isRefused() {
        var settings = settings(Map.of("placement.usage-expiry-seconds", "10"));

        assertThatThrownBy(() -> ServeConfiguration.of(settings))
                .hasMessageContaining("placement")
                .hasMessageContaining("usageExpiryMillis must be above usageFreshMillis");
    }

    private static Settings settings(Map<String, String> flags) {
        var reader = reader();
        flags.forEach((key, value) -> reader.flag(key, value, "--set " + key));
        return reader.read();
    }

    private static SettingsReader reader() {
        return new SettingsReader(ServeSettings.API_VERSION, ServeSettings.KIND, ServeSettings.all());
    }
}
