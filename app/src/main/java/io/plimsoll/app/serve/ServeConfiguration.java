package io.plimsoll.app.serve;

import io.plimsoll.app.UserError;
import io.plimsoll.app.settings.Settings;
import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.decision.DecisionSettings;
import io.plimsoll.extender.http.HealthPortConfig;
import io.plimsoll.extender.http.SchedulerPortConfig;
import io.plimsoll.kubernetes.ObserverSettings;
import io.plimsoll.kubernetes.ObserverSettings.Source;
import io.plimsoll.kubernetes.action.ActingLease;
import io.plimsoll.kubernetes.tls.TlsFiles;
import io.plimsoll.kubernetes.usage.UsageSourceProvider;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MoveGoal;
import io.plimsoll.model.move.MovePace;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Preference;
import io.plimsoll.model.placement.ScorePart;
import io.plimsoll.model.recommendation.OomRules;
import io.plimsoll.model.regime.UserHours;
import io.plimsoll.rebalancer.RebalancerSettings;
import io.plimsoll.rebalancer.RebalancerSettings.Hours;
import io.plimsoll.rightsizer.RightsizerSettings;
import io.plimsoll.rightsizer.TransactionSettings;
import io.plimsoll.rightsizer.admission.AdmissionSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What a service is started with: one record for each role, and what all share.
record ServeConfiguration(
        Set<Role> roles,
        LogSettings log,
        Optional<Path> kubeconfig,
        ObserverSettings observer,
        PlacementConfig placement,
        UserHours hours,
        ExtenderConfig extender,
        RightsizerConfiguration rightsizer,
        WebhookConfiguration webhook,
        RebalancerConfiguration rebalancer,
        MoveConfig moves,
        Duration drain) {

    ServeConfiguration {
        roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
    }

    /// @param format `text` or `json`
    record LogSettings(String level, String format) {}

    /// @throws UserError when settings that are right by themselves do not go together
    static ServeConfiguration of(Settings settings) {
        return new ServeConfiguration(
                together("roles", () -> Role.of(settings.get(ServeSettings.ROLES))),
                new LogSettings(settings.get(ServeSettings.LOG_LEVEL), settings.get(ServeSettings.LOG_FORMAT)),
                file(settings.get(ServeSettings.KUBECONFIG), ServeSettings.KUBECONFIG.key()),
                together("usage", () -> observer(settings)),
                together("placement", () -> placement(settings)),
                together("regime", () -> RegimeHours.of(settings)),
                together("scheduler-port, health-port or decisions", () -> extender(settings)),
                together("rightsizer", () -> rightsizer(settings)),
                together("webhook", () -> webhook(settings)),
                together("rebalancer", () -> rebalancer(settings)),
                together("rebalancer", () -> moves(settings)),
                Duration.ofMillis(settings.get(ServeSettings.DRAIN_MILLIS)));
    }

    private static ObserverSettings observer(Settings settings) {
        var url = settings.get(ServeSettings.PROMETHEUS_URL);
        var sources = Stream.of(settings.get(ServeSettings.USAGE_SOURCES).split(","))
                .map(name -> source(name, url, settings))
                .toList();
        return new ObserverSettings(sources, Duration.ofHours(settings.get(ServeSettings.USAGE_BOOTSTRAP_HOURS)));
    }

    private static Source source(String name, String prometheusUrl, Settings settings) {
        if (UsageSourceProvider.named(name).isEmpty()) {
            throw new IllegalArgumentException("there is no usage source '" + name + "' in this build");
        }
        if (name.equals("prometheus") && prometheusUrl.isEmpty()) {
            throw new IllegalArgumentException("prometheus is one of the sources, so usage.prometheus-url is needed,"
                    + " like http://prometheus.monitoring.svc:9090");
        }
        return new Source(
                name,
                Duration.ofSeconds(settings.get(ServeSettings.USAGE_INTERVAL_SECONDS)),
                Duration.ofSeconds(settings.get(ServeSettings.USAGE_TIMEOUT_SECONDS)),
                name.equals("prometheus") ? Map.of("url", prometheusUrl) : Map.of());
    }

    private static PlacementConfig placement(Settings settings) {
        var weights = new EnumMap<ScorePart, Double>(ScorePart.class);
        ServeSettings.WEIGHTS.forEach((part, setting) -> weights.put(part, settings.get(setting)));
        var busy = new Preference(settings.get(ServeSettings.TARGET_UTILIZATION), weights);
        return new PlacementConfig(
                settings.get(ServeSettings.CPU_HOT),
                settings.get(ServeSettings.MEMORY_HOT),
                settings.get(ServeSettings.MEMORY_EVICT),
                settings.get(ServeSettings.USAGE_FRESH_SECONDS) * 1_000,
                settings.get(ServeSettings.USAGE_EXPIRY_SECONDS) * 1_000,
                settings.get(ServeSettings.KEEP_LEAST_BAD).intValue(),
                busy,
                settings.get(ServeSettings.PACK_OFF_PEAK) ? Preference.QUIET : busy);
    }

    private static ExtenderConfig extender(Settings settings) {
        return new ExtenderConfig(
                schedulerPort(settings),
                new HealthPortConfig(
                        settings.get(ServeSettings.HEALTH_HOST),
                        settings.get(ServeSettings.HEALTH_PORT).intValue(),
                        settings.get(ServeSettings.INSPECTION)),
                new DecisionSettings(
                        settings.get(ServeSettings.DEADLINE_MILLIS),
                        settings.get(ServeSettings.IMAGE_AGE_SECONDS_MAX) * 1_000,
                        settings.get(ServeSettings.SHADOW)),
                settings.get(ServeSettings.DECISIONS_KEPT).intValue());
    }

    private static SchedulerPortConfig schedulerPort(Settings settings) {
        return new SchedulerPortConfig(
                settings.get(ServeSettings.SCHEDULER_HOST),
                settings.get(ServeSettings.SCHEDULER_PORT).intValue(),
                settings.get(ServeSettings.PREFIX),
                tls(settings),
                settings.get(ServeSettings.BODY_BYTES_MAX).intValue(),
                settings.get(ServeSettings.BODIES_BYTES_MAX),
                settings.get(ServeSettings.CONNECTIONS_MAX).intValue(),
                settings.get(ServeSettings.REQUEST_MILLIS_MAX),
                settings.get(ServeSettings.IDLE_SECONDS_MAX) * 1_000);
    }

    private static RightsizerConfiguration rightsizer(Settings settings) {
        return new RightsizerConfiguration(
                new RightsizerSettings(
                        Duration.ofSeconds(settings.get(ServeSettings.RIGHTSIZER_INTERVAL_SECONDS)),
                        settings.get(ServeSettings.RIGHTSIZER_CHANGES_MAX).intValue(),
                        Duration.ofSeconds(settings.get(ServeSettings.RIGHTSIZER_IMAGE_AGE_SECONDS_MAX)),
                        settings.get(ServeSettings.RIGHTSIZER_DRY_RUN),
                        transaction(settings),
                        OomRules.DEFAULT.withKillsMin(settings.get(ServeSettings.RIGHTSIZER_OOM_KILLS_MIN)
                                .intValue())),
                Duration.ofSeconds(settings.get(ServeSettings.RIGHTSIZER_MOVES_SECONDS_MAX)),
                Duration.ofDays(settings.get(ServeSettings.RIGHTSIZER_RECORDS_DAYS)),
                settings.get(ServeSettings.LEASE_NAMESPACE),
                settings.get(ServeSettings.LEASE_NAME),
                terms(settings),
                Prices.of(settings));
    }

    private static RebalancerConfiguration rebalancer(Settings settings) {
        var usual = RebalancerSettings.DEFAULT;
        return new RebalancerConfiguration(
                new RebalancerSettings(
                        Duration.ofSeconds(settings.get(ServeSettings.REBALANCER_INTERVAL_SECONDS)),
                        MoveApproval.valueOf(
                                settings.get(ServeSettings.REBALANCER_APPROVAL).toUpperCase(Locale.ROOT)),
                        Hours.valueOf(settings.get(ServeSettings.REBALANCER_HOURS)
                                .toUpperCase(Locale.ROOT)
                                .replace('-', '_')),
                        Duration.ofMinutes(settings.get(ServeSettings.REBALANCER_PLAN_MINUTES_MAX)),
                        Duration.ofSeconds(settings.get(ServeSettings.REBALANCER_SETTLE_SECONDS)),
                        usual.announce(),
                        usual.look(),
                        Duration.ofSeconds(settings.get(ServeSettings.REBALANCER_READY_SECONDS_MAX)),
                        settings.get(ServeSettings.REBALANCER_CONCURRENT_MOVES_MAX)
                                .intValue(),
                        usual.lateMax(),
                        Duration.ofSeconds(settings.get(ServeSettings.REBALANCER_IMAGE_AGE_SECONDS_MAX)),
                        Duration.ofDays(settings.get(ServeSettings.REBALANCER_PLANS_DAYS))),
                settings.get(ServeSettings.LEASE_NAMESPACE),
                settings.get(ServeSettings.REBALANCER_LEASE_NAME),
                terms(settings));
    }

    private static MoveConfig moves(Settings settings) {
        return MoveConfig.of(placement(settings))
                .with(new MoveConfig.Limits(
                        settings.get(ServeSettings.REBALANCER_NODE_MOVES_MAX).intValue(),
                        MoveConfig.Limits.DEFAULT.perWorkload(),
                        settings.get(ServeSettings.REBALANCER_NAMESPACE_MOVES_MAX)
                                .intValue(),
                        settings.get(ServeSettings.REBALANCER_MOVES_MAX).intValue()))
                .with(MovePace.DEFAULT.withReadyMillisMax(
                        settings.get(ServeSettings.REBALANCER_READY_SECONDS_MAX) * 1_000))
                .withAgeMillisMin(settings.get(ServeSettings.REBALANCER_AGE_SECONDS_MIN) * 1_000)
                .withGoals(goals(settings));
    }

    private static Set<MoveGoal> goals(Settings settings) {
        var goals = EnumSet.noneOf(MoveGoal.class);
        Map.of(
                        MoveGoal.SPREAD_SIBLINGS, ServeSettings.REBALANCER_SPREAD_SIBLINGS,
                        MoveGoal.FIX_AFFINITY, ServeSettings.REBALANCER_FIX_AFFINITY,
                        MoveGoal.FIX_TAINTS, ServeSettings.REBALANCER_FIX_TAINTS,
                        MoveGoal.EMPTY_NODES, ServeSettings.REBALANCER_EMPTY_NODES)
                .forEach((goal, setting) -> {
                    if (settings.get(setting)) {
                        goals.add(goal);
                    }
                });
        if (goals.contains(MoveGoal.EMPTY_NODES) && !settings.get(ServeSettings.PACK_OFF_PEAK)) {
            throw new IllegalArgumentException(ServeSettings.REBALANCER_EMPTY_NODES.key() + " needs "
                    + ServeSettings.PACK_OFF_PEAK.key() + ", also where pods are scheduled: the next ones would go to"
                    + " the nodes that were emptied");
        }
        return goals;
    }

    private static WebhookConfiguration webhook(Settings settings) {
        return new WebhookConfiguration(
                new AdmissionSettings(
                        settings.get(ServeSettings.WEBHOOK_HOST),
                        settings.get(ServeSettings.WEBHOOK_PORT).intValue(),
                        Duration.ofSeconds(settings.get(ServeSettings.WEBHOOK_INTERVAL_SECONDS)),
                        AdmissionSettings.DEFAULT.clients()),
                webhookFiles(settings),
                List.of(settings.get(ServeSettings.WEBHOOK_NAMES).split(",")),
                settings.get(ServeSettings.WEBHOOK_NAMESPACE),
                settings.get(ServeSettings.WEBHOOK_SECRET),
                settings.get(ServeSettings.WEBHOOK_CONFIGURATION),
                settings.get(ServeSettings.RIGHTSIZER_DRY_RUN));
    }

    private static Optional<TlsFiles> webhookFiles(Settings settings) {
        var certificate =
                file(settings.get(ServeSettings.WEBHOOK_TLS_CERTIFICATE), ServeSettings.WEBHOOK_TLS_CERTIFICATE.key());
        var key = file(settings.get(ServeSettings.WEBHOOK_TLS_KEY), ServeSettings.WEBHOOK_TLS_KEY.key());
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("tls-certificate-file and tls-key-file go together; give both, or none");
        }
        return certificate.map(
                file -> new TlsFiles(file, key.orElseThrow(), Optional.empty(), TlsFiles.CHECK_MILLIS_DEFAULT));
    }

    private static TransactionSettings transaction(Settings settings) {
        return new TransactionSettings(
                Duration.ofMillis(settings.get(ServeSettings.RIGHTSIZER_LOOK_MILLIS)),
                Duration.ofSeconds(settings.get(ServeSettings.RIGHTSIZER_DEFERRED_SECONDS_MAX)),
                Duration.ofSeconds(settings.get(ServeSettings.RIGHTSIZER_ERROR_SECONDS_MAX)),
                Duration.ofSeconds(settings.get(ServeSettings.RIGHTSIZER_APPLY_SECONDS_MAX)),
                TransactionSettings.DEFAULT.lateMax());
    }

    private static ActingLease.Terms terms(Settings settings) {
        return new ActingLease.Terms(
                Duration.ofSeconds(settings.get(ServeSettings.LEASE_DURATION_SECONDS)),
                Duration.ofSeconds(settings.get(ServeSettings.LEASE_RENEW_DEADLINE_SECONDS)),
                Duration.ofMillis(settings.get(ServeSettings.LEASE_RETRY_MILLIS)));
    }

    private static Optional<TlsFiles> tls(Settings settings) {
        var certificate = file(settings.get(ServeSettings.TLS_CERTIFICATE), ServeSettings.TLS_CERTIFICATE.key());
        var key = file(settings.get(ServeSettings.TLS_KEY), ServeSettings.TLS_KEY.key());
        var clients = file(settings.get(ServeSettings.TLS_CLIENTS), ServeSettings.TLS_CLIENTS.key());
        long there =
                Stream.of(certificate, key, clients).filter(Optional::isPresent).count();
        if (there == 0) {
            return Optional.empty();
        }
        if (there < 3) {
            throw new IllegalArgumentException("tls-certificate-file, tls-key-file and tls-client-authority-file go"
                    + " together; give all three, or none");
        }
        return Optional.of(new TlsFiles(
                certificate.orElseThrow(), key.orElseThrow(), clients.orElseThrow(), TlsFiles.CHECK_MILLIS_DEFAULT));
    }

    private static Optional<Path> file(String text, String key) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var path = Path.of(text);
        if (!Files.isReadable(path)) {
            throw UserError.ofInput("the configuration is wrong: " + key + ": cannot read " + path.toAbsolutePath()
                    + (Files.exists(path) ? ": this user may not" : ": there is no such file"));
        }
        return Optional.of(path);
    }

    private static <T> T together(String keys, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw UserError.ofInput("the configuration is wrong: " + keys + ": " + e.getMessage());
        }
    }
}
