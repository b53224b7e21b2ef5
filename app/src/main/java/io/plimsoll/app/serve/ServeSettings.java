package io.plimsoll.app.serve;

import io.plimsoll.app.settings.Setting;
import io.plimsoll.app.settings.ValueType;
import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.decision.DecisionSettings;
import io.plimsoll.extender.http.HealthPortConfig;
import io.plimsoll.extender.http.SchedulerPortConfig;
import io.plimsoll.kubernetes.action.ActingLease;
import io.plimsoll.model.move.MoveConfig;
import io.plimsoll.model.move.MoveGoal;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.ScorePart;
import io.plimsoll.model.recommendation.OomRules;
import io.plimsoll.rebalancer.RebalancerSettings;
import io.plimsoll.rightsizer.RightsizerSettings;
import io.plimsoll.rightsizer.admission.AdmissionSettings;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// All that can be set about `plimsoll serve`. The defaults are those of the roles' own records.
final class ServeSettings {

    static final String API_VERSION = "plimsoll.io/v1alpha1";
    static final String KIND = "ServeConfiguration";

    private static final SchedulerPortConfig SCHEDULER = SchedulerPortConfig.DEFAULT;
    private static final HealthPortConfig HEALTH = HealthPortConfig.DEFAULT;
    private static final DecisionSettings DECISIONS = DecisionSettings.DEFAULT;
    private static final PlacementConfig PLACEMENT = PlacementConfig.DEFAULT;
    private static final RightsizerSettings SIZER = RightsizerSettings.DEFAULT;
    private static final RebalancerSettings MOVER = RebalancerSettings.DEFAULT;
    private static final MoveConfig.Limits MOVES = MoveConfig.Limits.DEFAULT;
    private static final ActingLease.Terms TERMS = ActingLease.Terms.DEFAULT;
    private static final AdmissionSettings WEBHOOK = AdmissionSettings.DEFAULT;
    private static final ValueType<String> NAME =
            ValueType.text("a name of lower-case letters, digits and dashes", "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final ValueType<String> FILE = ValueType.text("the path of a file, or nothing");
    private static final ValueType<Long> PORT = ValueType.whole(0, 65_535);

    private static final List<Setting<?>> ALL = new ArrayList<>();

    static final Setting<String> ROLES = setting(
            "roles",
            ValueType.text("one or more of " + Role.labels() + ", with commas between", "[a-z-]+(,[a-z-]+)*"),
            Role.EXTENDER.label(),
            "What is done with the picture of the cluster");

    static final Setting<String> LOG_LEVEL =
            setting("log.level", ValueType.oneOf("error", "warn", "info", "debug"), "info", "What is logged");
    static final Setting<String> LOG_FORMAT =
            setting("log.format", ValueType.oneOf("text", "json"), "text", "How lines are logged");

    static final Setting<String> KUBECONFIG = setting(
            "cluster.kubeconfig",
            FILE,
            "",
            "Which cluster and as whom; nothing means $KUBECONFIG, ~/.kube/config or the pod's service account");

    static final Setting<String> USAGE_SOURCES = setting(
            "usage.sources",
            ValueType.text(
                    "one or more of metrics-api, kubelet-summary, prometheus, with commas between",
                    "[a-z][a-z0-9-]*(,[a-z][a-z0-9-]*)*"),
            "metrics-api",
            "Where usage is measured");
    static final Setting<Long> USAGE_INTERVAL_SECONDS =
            setting("usage.interval-seconds", ValueType.whole(1, 3_600), 15L, "How often usage is fetched");
    static final Setting<Long> USAGE_TIMEOUT_SECONDS =
            setting("usage.timeout-seconds", ValueType.whole(1, 600), 10L, "How long one request for usage may take");
    static final Setting<Long> USAGE_BOOTSTRAP_HOURS = setting(
            "usage.bootstrap-hours",
            ValueType.whole(0, 24 * 90),
            24 * 8L,
            "How far back a Prometheus is asked at the first start of all, when nothing is known yet; 0 for not at all");
    static final Setting<String> PROMETHEUS_URL = setting(
            "usage.prometheus-url",
            ValueType.text("an http or https address, or nothing", "|https?://[^\\s]+"),
            "",
            "Prometheus' address, where it is the source");

    static final Setting<Boolean> SHADOW = setting(
            "decisions.shadow",
            ValueType.yesOrNo(),
            DECISIONS.shadow(),
            "Whether decisions are only recorded, and every answer is neutral");
    static final Setting<Long> DEADLINE_MILLIS = setting(
            "decisions.deadline-millis",
            ValueType.whole(1, 5_000),
            DECISIONS.deadlineMillis(),
            "After this long the answer is neutral; well below the scheduler's httpTimeout");
    static final Setting<Long> IMAGE_AGE_SECONDS_MAX = setting(
            "decisions.image-age-seconds-max",
            ValueType.whole(4, 3_600),
            DECISIONS.imageAgeMillisMax() / 1_000,
            "From this age on the picture of the cluster is not decided upon");
    static final Setting<Long> DECISIONS_KEPT = setting(
            "decisions.kept",
            ValueType.whole(1, 100_000),
            (long) ExtenderConfig.DEFAULT.decisionsKept(),
            "How many of the latest decisions can be inspected");

    static final Setting<Double> TARGET_UTILIZATION = setting(
            "placement.target-utilization-share",
            ValueType.shareOrNone(),
            PLACEMENT.busy().targetUtilization(),
            "Up to where nodes are filled before others are; 0 prefers the emptier node always");
    static final Setting<Double> CPU_HOT = setting(
            "placement.cpu-hot-share", ValueType.share(), PLACEMENT.cpuHot(), "Above this CPU load a node is refused");
    static final Setting<Double> MEMORY_HOT = setting(
            "placement.memory-hot-share",
            ValueType.share(),
            PLACEMENT.memoryHot(),
            "Above this memory load a node is refused");
    static final Setting<Double> MEMORY_EVICT = setting(
            "placement.memory-evict-share",
            ValueType.shareBelow(PlacementConfig.MEMORY_ROOMY_SHARE),
            PLACEMENT.memoryEvictShare(),
            "Share of memory that the kubelets keep available before they evict");
    static final Setting<Long> USAGE_FRESH_SECONDS = setting(
            "placement.usage-fresh-seconds",
            ValueType.whole(1, 3_600),
            PLACEMENT.usageFreshMillis() / 1_000,
            "Up to this age a measurement is fully trusted");
    static final Setting<Long> USAGE_EXPIRY_SECONDS = setting(
            "placement.usage-expiry-seconds",
            ValueType.whole(2, 86_400),
            PLACEMENT.usageExpiryMillis() / 1_000,
            "From this age on a measurement is not used; more than usage-fresh-seconds");
    static final Setting<Boolean> PACK_OFF_PEAK = setting(
            "placement.pack-off-peak",
            ValueType.yesOrNo(),
            false,
            "Whether nodes are filled up to 80 % and empty ones kept empty in off-peak hours (regime.*)");
    static final Setting<Long> KEEP_LEAST_BAD = setting(
            "placement.keep-least-bad-nodes",
            ValueType.whole(1, 1_000),
            (long) PLACEMENT.keepLeastBad(),
            "How many nodes stay at least when every candidate is refused");
    static final Map<ScorePart, Setting<Double>> WEIGHTS = weights();

    static final Setting<String> REGIME_ZONE = setting(
            "regime.time-zone",
            ValueType.text("a time zone like Europe/Vienna", "[A-Za-z][A-Za-z0-9_+/-]*"),
            "UTC",
            "By whose clocks and weekends busy hours are learned, and windows hold");
    static final Setting<String> REGIME_OFF_PEAK = setting(
            "regime.off-peak-windows",
            RegimeHours.WINDOWS,
            "",
            "When the cluster is off-peak, in place of what is learned: all other hours are peak then");
    static final Setting<String> REGIME_PEAK = setting(
            "regime.peak-windows",
            RegimeHours.WINDOWS,
            "",
            "When the cluster and all workloads are at their peak, whatever is learned");
    static final Setting<String> REGIME_BLACKOUTS = setting(
            "regime.blackouts",
            RegimeHours.DAYS,
            "",
            "Days on which all hours are peak, whatever else is set, and nobody is moved whose plan no person approved");

    static final Setting<String> SCHEDULER_HOST = setting(
            "scheduler-port.host",
            ValueType.text("an address to listen on", "\\S+"),
            SCHEDULER.host(),
            "Where schedulers are answered; other than loopback only with TLS");
    static final Setting<Long> SCHEDULER_PORT =
            setting("scheduler-port.port", PORT, (long) SCHEDULER.port(), "0 takes any free one");
    static final Setting<String> PREFIX = setting(
            "scheduler-port.prefix",
            ValueType.text("nothing, or a path like /scheduler", "|(/[A-Za-z0-9._~-]+)+"),
            SCHEDULER.prefix(),
            "The path before the verbs");
    static final Setting<String> TLS_CERTIFICATE =
            setting("scheduler-port.tls-certificate-file", FILE, "", "The server's certificate chain, PEM");
    static final Setting<String> TLS_KEY =
            setting("scheduler-port.tls-key-file", FILE, "", "Its private key, PEM PKCS#8");
    static final Setting<String> TLS_CLIENTS = setting(
            "scheduler-port.tls-client-authority-file", FILE, "", "Who must have signed a client's certificate, PEM");
    static final Setting<Long> BODY_BYTES_MAX = setting(
            "scheduler-port.body-bytes-max",
            ValueType.whole(64 << 10, 1 << 30),
            (long) SCHEDULER.bodyBytesMax(),
            "Largest body");
    static final Setting<Long> BODIES_BYTES_MAX = setting(
            "scheduler-port.bodies-bytes-max",
            ValueType.whole(64 << 10, 4L << 30),
            SCHEDULER.bodiesBytesMax(),
            "Largest sum of the bodies held at one time; who comes beyond it has to wait. At least body-bytes-max");
    static final Setting<Long> CONNECTIONS_MAX = setting(
            "scheduler-port.connections-max",
            ValueType.whole(2, 10_000),
            (long) SCHEDULER.connectionsMax(),
            "Beyond it the connection that is quiet longest is closed, of the address that has the most");
    static final Setting<Long> REQUEST_MILLIS_MAX = setting(
            "scheduler-port.request-millis-max",
            ValueType.whole(100, 600_000),
            SCHEDULER.requestMillisMax(),
            "How long a client may take from a request's first byte until it has read the answer");
    static final Setting<Long> IDLE_SECONDS_MAX = setting(
            "scheduler-port.idle-seconds-max",
            ValueType.whole(100, 3_600),
            SCHEDULER.idleMillisMax() / 1_000,
            "How long a connection may stay quiet; kube-scheduler keeps them for 90 s");

    static final Setting<Long> DRAIN_MILLIS = setting(
            "scheduler-port.drain-millis",
            ValueType.whole(0, 60_000),
            2_000L,
            "When told to end, how long to go on answering while not ready");

    static final Setting<Boolean> RIGHTSIZER_DRY_RUN = setting(
            "rightsizer.dry-run",
            ValueType.yesOrNo(),
            SIZER.dryRun(),
            "Whether requests are only recommended and no pod is changed, whatever policies say");
    static final Setting<Long> RIGHTSIZER_INTERVAL_SECONDS = setting(
            "rightsizer.interval-seconds",
            ValueType.whole(1, 86_400),
            SIZER.interval().toSeconds(),
            "How often all workloads are looked at");
    static final Setting<Long> RIGHTSIZER_CHANGES_MAX = setting(
            "rightsizer.changes-max",
            ValueType.whole(1, 10_000),
            (long) SIZER.changesMax(),
            "How many workloads are changed at one time, those included whose first pod is being watched");
    static final Setting<Long> RIGHTSIZER_IMAGE_AGE_SECONDS_MAX = setting(
            "rightsizer.image-age-seconds-max",
            ValueType.whole(1, 3_600),
            SIZER.imageAgeMax().toSeconds(),
            "From this age on the picture of the cluster is not decided upon");
    static final Setting<Long> RIGHTSIZER_LOOK_MILLIS = setting(
            "rightsizer.look-millis",
            ValueType.whole(50, 60_000),
            SIZER.transaction().look().toMillis(),
            "How often a pod that is being changed is looked at");
    static final Setting<Long> RIGHTSIZER_DEFERRED_SECONDS_MAX = setting(
            "rightsizer.deferred-seconds-max",
            ValueType.whole(1, 86_400),
            SIZER.transaction().deferredMax().toSeconds(),
            "How long a change may wait for room on its node before it is taken back; a rebalancer moves pods for it"
                    + " after three minutes");
    static final Setting<Long> RIGHTSIZER_MOVES_SECONDS_MAX = setting(
            "rightsizer.moves-seconds-max",
            ValueType.whole(0, 86_400),
            RightsizerConfiguration.DEFAULT.movesMax().toSeconds(),
            "How long a change waits besides for a rebalancer that moves pods to make room; 0: not at all");
    static final Setting<Long> RIGHTSIZER_ERROR_SECONDS_MAX = setting(
            "rightsizer.error-seconds-max",
            ValueType.whole(1, 86_400),
            SIZER.transaction().errorMax().toSeconds(),
            "How long the kubelet may go on trying what it failed at before it is taken back");
    static final Setting<Long> RIGHTSIZER_APPLY_SECONDS_MAX = setting(
            "rightsizer.apply-seconds-max",
            ValueType.whole(1, 86_400),
            SIZER.transaction().applyMax().toSeconds(),
            "How long the kubelet may take for a change, if nothing else is wrong");
    static final Setting<Long> RIGHTSIZER_OOM_KILLS_MIN = setting(
            "rightsizer.oom-kills-min",
            ValueType.whole(1, OomRules.KILLS_MAX),
            (long) SIZER.oom().killsMin(),
            "So many kills of a container at one limit raise its memory; above 1 a restart of the service forgets all but"
                    + " each pod's last one");
    static final Setting<Long> RIGHTSIZER_RECORDS_DAYS = setting(
            "rightsizer.records-days",
            ValueType.whole(1, 3_650),
            RightsizerConfiguration.DEFAULT.recordsKept().toDays(),
            "How long the record of a change stays, and can be undone");
    static final Setting<Double> PRICE_CPU_CORE_HOUR = setting(
            "rightsizer.price.cpu-core-hour",
            Prices.PRICE,
            0.0,
            "What a core costs in an hour, for estimates of savings; none are made where nothing costs anything");
    static final Setting<Double> PRICE_MEMORY_GIB_HOUR =
            setting("rightsizer.price.memory-gib-hour", Prices.PRICE, 0.0, "What a GiB of memory costs in an hour");
    static final Setting<String> PRICE_NODE_LABEL = setting(
            "rightsizer.price.node-label",
            Prices.LABEL,
            "",
            "The label of nodes by whose value they have prices of their own");
    static final Setting<String> PRICE_NODES = setting(
            "rightsizer.price.nodes",
            Prices.TABLE,
            "",
            "Prices of nodes by the value of that label; on all others, and for pods without a node, the two above hold");
    static final Setting<String> PRICE_CURRENCY = setting(
            "rightsizer.price.currency",
            ValueType.text("a currency of up to eight letters, like EUR", "\\p{L}{1,8}"),
            "USD",
            "What these prices are in");
    static final Setting<String> LEASE_NAMESPACE = setting(
            "rightsizer.lease.namespace",
            NAME,
            RightsizerConfiguration.DEFAULT.leaseNamespace(),
            "Where the Leases are, the rebalancer's too; whichever replica holds one acts");
    static final Setting<String> LEASE_NAME =
            setting("rightsizer.lease.name", NAME, RightsizerConfiguration.DEFAULT.leaseName(), "What it is called");
    static final Setting<Long> LEASE_DURATION_SECONDS = setting(
            "rightsizer.lease.duration-seconds",
            ValueType.whole(2, 3_600),
            TERMS.duration().toSeconds(),
            "How long another replica waits for one that is silent; above the renew deadline and a retry");
    static final Setting<Long> LEASE_RENEW_DEADLINE_SECONDS = setting(
            "rightsizer.lease.renew-deadline-seconds",
            ValueType.whole(1, 3_600),
            TERMS.renewDeadline().toSeconds(),
            "How long a replica that cannot renew goes on acting; at least three retries");
    static final Setting<Long> LEASE_RETRY_MILLIS = setting(
            "rightsizer.lease.retry-millis",
            ValueType.whole(50, 600_000),
            TERMS.retry().toMillis(),
            "How often it is renewed or asked for");

    static final Setting<String> REBALANCER_APPROVAL = setting(
            "rebalancer.approval",
            ValueType.oneOf("never", "required", "automatic"),
            MOVER.approval().name().toLowerCase(Locale.ROOT),
            "Who lets a plan be carried out: nobody (plans are only proposed), people each time, or nobody is asked");
    static final Setting<String> REBALANCER_HOURS = setting(
            "rebalancer.hours",
            ValueType.oneOf("any", "off-peak"),
            MOVER.hours().name().toLowerCase(Locale.ROOT).replace('_', '-'),
            "When plans are made, and carried out unless a person has approved them: off-peak is what regime.* says; never in"
                    + " regime.blackouts");
    static final Setting<Long> REBALANCER_INTERVAL_SECONDS = setting(
            "rebalancer.interval-seconds",
            ValueType.whole(1, 3_600),
            MOVER.interval().toSeconds(),
            "How often plans are looked at");
    static final Setting<Boolean> REBALANCER_SPREAD_SIBLINGS = setting(
            "rebalancer.spread-siblings",
            ValueType.yesOrNo(),
            MoveConfig.DEFAULT.goals().contains(MoveGoal.SPREAD_SIBLINGS),
            "Whether a pod is moved of each workload of two or more that one node holds all of");
    static final Setting<Boolean> REBALANCER_FIX_AFFINITY = setting(
            "rebalancer.fix-affinity",
            ValueType.yesOrNo(),
            MoveConfig.DEFAULT.goals().contains(MoveGoal.FIX_AFFINITY),
            "Whether pods are moved off nodes that their node selector or required affinity rules out by now, and away"
                    + " from pods that they must be apart from");
    static final Setting<Boolean> REBALANCER_FIX_TAINTS = setting(
            "rebalancer.fix-taints",
            ValueType.yesOrNo(),
            MoveConfig.DEFAULT.goals().contains(MoveGoal.FIX_TAINTS),
            "Whether pods are moved off nodes with a taint NoSchedule that they do not tolerate; those of the control"
                    + " plane, as of a cordon, and of autoscalers do not count");
    static final Setting<Boolean> REBALANCER_EMPTY_NODES = setting(
            "rebalancer.empty-nodes",
            ValueType.yesOrNo(),
            MoveConfig.DEFAULT.goals().contains(MoveGoal.EMPTY_NODES),
            "Whether in off-peak hours (regime.*) all pods are moved off nodes that bear less than 25 % when they are"
                    + " busiest, to others in use; only with placement.pack-off-peak");
    static final Setting<Long> REBALANCER_AGE_SECONDS_MIN = setting(
            "rebalancer.age-seconds-min",
            ValueType.whole(0, 86_400),
            MoveConfig.DEFAULT.ageMillisMin() / 1_000,
            "For so long after it has come a pod is not moved");
    static final Setting<Long> REBALANCER_PLAN_MINUTES_MAX = setting(
            "rebalancer.plan-minutes-max",
            ValueType.whole(1, 1_440),
            MOVER.planMax().toMinutes(),
            "How long a plan may be approved and begun after it was made");
    static final Setting<Long> REBALANCER_SETTLE_SECONDS = setting(
            "rebalancer.settle-seconds",
            ValueType.whole(0, 86_400),
            MOVER.settle().toSeconds(),
            "How long after a plan and its last move another one is made");
    static final Setting<Long> REBALANCER_NODE_MOVES_MAX = setting(
            "rebalancer.node-moves-max",
            ValueType.whole(1, 1_000),
            (long) MOVES.perNode(),
            "How many pods are evicted from a node within an hour, at most; of one that is emptied all go");
    static final Setting<Long> REBALANCER_NAMESPACE_MOVES_MAX = setting(
            "rebalancer.namespace-moves-max",
            ValueType.whole(1, 1_000),
            (long) MOVES.perNamespace(),
            "How many pods of a namespace are evicted within an hour, at most");
    static final Setting<Long> REBALANCER_MOVES_MAX = setting(
            "rebalancer.moves-max",
            ValueType.whole(1, 1_000),
            (long) MOVES.total(),
            "How many pods are evicted within an hour in all, at most");
    static final Setting<Long> REBALANCER_CONCURRENT_MOVES_MAX = setting(
            "rebalancer.concurrent-moves-max",
            ValueType.whole(1, 100),
            (long) MOVER.concurrentMax(),
            "How many moves of a plan are on their way at a time, at most, once the first has landed; never two of a"
                    + " workload, from or to a node, or under one disruption budget");
    static final Setting<Long> REBALANCER_READY_SECONDS_MAX = setting(
            "rebalancer.ready-seconds-max",
            ValueType.whole(1, 86_400),
            MOVER.readyMax().toSeconds(),
            "How long a replacement may take to be ready before the plan stops; pods whose workload is known to take longer"
                    + " stay");
    static final Setting<Long> REBALANCER_IMAGE_AGE_SECONDS_MAX = setting(
            "rebalancer.image-age-seconds-max",
            ValueType.whole(1, 3_600),
            MOVER.imageAgeMax().toSeconds(),
            "From this age on nothing is done by the picture of the cluster");
    static final Setting<Long> REBALANCER_PLANS_DAYS = setting(
            "rebalancer.plans-days",
            ValueType.whole(2, 3_650),
            MOVER.plansKept().toDays(),
            "How long a plan that moved something is remembered; moves count for two days");
    static final Setting<String> REBALANCER_LEASE_NAME = setting(
            "rebalancer.lease.name",
            NAME,
            RebalancerConfiguration.DEFAULT.leaseName(),
            "What its Lease is called; where it is and its times are those of rightsizer.lease");

    static final Setting<String> WEBHOOK_HOST = setting(
            "webhook.host",
            ValueType.text("an address to listen on", "\\S+"),
            WEBHOOK.host(),
            "Where API servers are answered about new pods; always with TLS");
    static final Setting<Long> WEBHOOK_PORT =
            setting("webhook.port", PORT, (long) WEBHOOK.port(), "0 takes any free one");
    static final Setting<Long> WEBHOOK_INTERVAL_SECONDS = setting(
            "webhook.interval-seconds",
            ValueType.whole(1, 240),
            WEBHOOK.interval().toSeconds(),
            "How often policies and recommendations are read; what is older than five minutes is not used");
    static final Setting<String> WEBHOOK_TLS_CERTIFICATE = setting(
            "webhook.tls-certificate-file",
            FILE,
            "",
            "The webhook's certificate chain, PEM; nothing means that Plimsoll makes one, and has it trusted");
    static final Setting<String> WEBHOOK_TLS_KEY =
            setting("webhook.tls-key-file", FILE, "", "Its private key, PEM PKCS#8");
    static final Setting<String> WEBHOOK_NAMES = setting(
            "webhook.names",
            ValueType.text("names and addresses with commas between, a name first", "[A-Za-z][^\\s,]*(,[^\\s,]+)*"),
            "plimsoll-webhook.plimsoll.svc",
            "Under which API servers reach it: what a certificate that Plimsoll makes is for");
    static final Setting<String> WEBHOOK_NAMESPACE =
            setting("webhook.namespace", NAME, "plimsoll", "Where the Secret of a certificate is that Plimsoll makes");
    static final Setting<String> WEBHOOK_SECRET =
            setting("webhook.secret", NAME, "plimsoll-webhook-tls", "What that Secret is called");
    static final Setting<String> WEBHOOK_CONFIGURATION = setting(
            "webhook.configuration",
            NAME,
            "plimsoll-webhook",
            "The MutatingWebhookConfiguration that is told to trust it");

    static final Setting<String> HEALTH_HOST = setting(
            "health-port.host",
            ValueType.text("an address to listen on", "\\S+"),
            HEALTH.host(),
            "Where probes, metrics and inspection are answered");
    static final Setting<Long> HEALTH_PORT =
            setting("health-port.port", PORT, (long) HEALTH.port(), "0 takes any free one");
    static final Setting<Boolean> INSPECTION = setting(
            "health-port.inspection",
            ValueType.yesOrNo(),
            HEALTH.inspection(),
            "Whether /inspect is served; it names pods and nodes");

    private ServeSettings() {}

    /// How a file of settings begins.
    static String head() {
        return "apiVersion: " + API_VERSION + "\nkind: " + KIND + "\n";
    }

    /// In the order in which they are printed.
    static List<Setting<?>> all() {
        return List.copyOf(ALL);
    }

    private static <T> Setting<T> setting(String key, ValueType<T> type, T standard, String help) {
        var setting = new Setting<>(key, type, standard, help);
        ALL.add(setting);
        return setting;
    }

    private static Map<ScorePart, Setting<Double>> weights() {
        var weights = new EnumMap<ScorePart, Setting<Double>>(ScorePart.class);
        for (var part : ScorePart.values()) {
            weights.put(
                    part,
                    setting(
                            "placement.weights." + part.label(),
                            ValueType.weight(),
                            Optional.ofNullable(PLACEMENT.busy().weights().get(part))
                                    .orElse(0.0),
                            "Relative weight of this part of the score"));
        }
        return weights;
    }
}
