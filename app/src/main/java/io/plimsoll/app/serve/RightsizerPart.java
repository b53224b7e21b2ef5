package io.plimsoll.app.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.extender.http.HealthCheck;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.Pauses;
import io.plimsoll.kubernetes.action.ActingLease;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.action.ApiEvents;
import io.plimsoll.kubernetes.action.ApiPodLabels;
import io.plimsoll.kubernetes.action.ApiPods;
import io.plimsoll.kubernetes.action.ApiPolicyStatuses;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.action.ApiResizeSupport;
import io.plimsoll.kubernetes.action.ApiSystemOoms;
import io.plimsoll.kubernetes.action.ApiTemplates;
import io.plimsoll.kubernetes.action.CheckpointKeeper;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.autoscaler.ApiAutoscalers;
import io.plimsoll.kubernetes.limit.ApiNamespaceLimits;
import io.plimsoll.kubernetes.policy.ApiPolicies;
import io.plimsoll.model.action.ChangeJournal.JournalUnreadable;
import io.plimsoll.model.action.PodMover;
import io.plimsoll.model.recommendation.StoredRecommendation;
import io.plimsoll.rightsizer.AwaitedMoves;
import io.plimsoll.rightsizer.ChangeEvents;
import io.plimsoll.rightsizer.Housekeeper;
import io.plimsoll.rightsizer.NeighbourLabels;
import io.plimsoll.rightsizer.OldKubelets;
import io.plimsoll.rightsizer.OomLabels;
import io.plimsoll.rightsizer.OomReport;
import io.plimsoll.rightsizer.PolicyTeller;
import io.plimsoll.rightsizer.RecommendationTeller;
import io.plimsoll.rightsizer.ResizeMetrics;
import io.plimsoll.rightsizer.Rightsizer;
import io.plimsoll.rightsizer.Savings;
import io.plimsoll.rightsizer.Sizings;
import io.plimsoll.rightsizer.Surroundings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Keeps requests at what containers use, while it holds the Lease: a [Rightsizer] for each time that it gets it.
final class RightsizerPart implements ServicePart {

    private final RightsizerConfiguration config;
    private final Picture picture;
    private final ApiServer server;
    /// A connection of its own, on which no change is in the way of a renewal.
    private final ApiServer leases;
    private final LoopContext context;
    private final ApiPolicies policies;
    private final ApiAutoscalers autoscalers;
    private final ApiNamespaceLimits limits;
    private final ApiResizeSupport support;
    private final ActingLease lease;
    private final ResizeMetrics metrics;
    private final String identity = identity(System.getenv());
    private volatile Optional<Loops> acting = Optional.empty();

    /// What runs while the Lease is held.
    private record Loops(Rightsizer rightsizer, CheckpointKeeper keeper, Housekeeper housekeeper) {

        void start() {
            rightsizer.start();
            keeper.start();
            housekeeper.start();
        }

        /// What changes something ends first: another replica may begin soon.
        void end() {
            rightsizer.close();
            keeper.close();
            housekeeper.close();
        }

        Optional<String> problem() {
            return rightsizer.problem().or(keeper::problem).or(housekeeper::problem);
        }
    }

    /// @param pauses how its loops wait between two turns
    RightsizerPart(RightsizerConfiguration config, Picture picture, Pauses pauses, MeterRegistry meters) {
        this.config = config;
        this.picture = picture;
        this.server = new ApiServer(picture.client());
        this.leases = new ApiServer(picture.client());
        this.context = new LoopContext(picture.clock(), System::nanoTime, pauses, RandomGenerator.getDefault(), meters);
        this.policies = new ApiPolicies(server, picture.policyReader());
        this.metrics = new ResizeMetrics(this::savings, meters);
        this.autoscalers = new ApiAutoscalers(server);
        this.limits = new ApiNamespaceLimits(server);
        this.support = new ApiResizeSupport(server, context.nanoTime());
        var place = new ActingLease.Place(config.leaseNamespace(), config.leaseName(), identity);
        this.lease = new ActingLease(leases, place, config.terms(), context, this::begin);
        Gauge.builder("plimsoll.resize.acting", lease, held -> held.isHeld() ? 1 : 0)
                .description("Whether this replica is the one that recommends and resizes")
                .strongReference(true)
                .register(meters);
        Gauge.builder("plimsoll.resize.supported", this, RightsizerPart::supported)
                .description("Whether the API server can resize pods in place; not a number where this is not known")
                .register(meters);
    }

    private double supported() {
        return switch (support.state()) {
            case ApiResizeSupport.State.There() when lease.isHeld() -> 1;
            case ApiResizeSupport.State.Missing _ when lease.isHeld() -> 0;
            case ApiResizeSupport.State _ -> Double.NaN;
        };
    }

    /// Another one for each process, also for two on one host.
    static String identity(Map<String, String> environment) {
        return environment.getOrDefault("HOSTNAME", "plimsoll") + "_" + UUID.randomUUID();
    }

    @Override
    public void start() {
        lease.start();
    }

    /// Whether this replica is the one that recommends and resizes.
    boolean isActing() {
        return lease.isHeld();
    }

    private ActingLease.Acting begin() {
        var housekeeper = new Housekeeper(
                journal(), new ApiRecommendations(server), picture.images(), context, config.recordsKept());
        var begun = new Loops(rightsizer(), picture.keeper(server, context), housekeeper);
        begun.start();
        acting = Optional.of(begun);
        return () -> {
            acting = Optional.empty();
            begun.end();
            metrics.clear();
        };
    }

    private Rightsizer rightsizer() {
        return new Rightsizer(
                picture.images(),
                policies,
                Surroundings.NONE
                        .withUnable(support::lacking)
                        .withClaims(autoscalers::claims)
                        .withLimits(limits::known)
                        .withTold(this::told)
                        .withTemplates(new ApiTemplates(server)::memoryLimitBytes)
                        .withOoms(new ApiSystemOoms(server)::list)
                        .withMover(mover())
                        .withThrottling(picture.throttling()),
                picture::usage,
                new ApiActions(server),
                new ApiPods(server),
                journal(),
                sizings(),
                context,
                config.settings());
    }

    private PodMover mover() {
        return config.movesMax().isZero()
                ? PodMover.NONE
                : new AwaitedMoves(picture.images(), context, config.movesMax());
    }

    private List<StoredRecommendation> told() {
        try {
            return new ApiRecommendations(server).listed();
        } catch (IOException e) {
            throw new JournalUnreadable("recommendations cannot be listed: " + e.getMessage(), e);
        }
    }

    private ApiChangeJournal journal() {
        return new ApiChangeJournal(server, context.clock(), context.random());
    }

    private Sizings sizings() {
        var recommendations = new RecommendationTeller(
                new ApiRecommendations(server), picture::sources, this::savings, context.clock());
        var statuses = new ApiPolicyStatuses(server);
        var labels = new OomLabels(new ApiPodLabels(server, OomReport.LABEL), picture.images(), context.clock());
        return (config.settings().dryRun() ? recommendations : recommendations.and(labels))
                .and(new NeighbourLabels(new ApiRecommendations(server), picture.watched(), context.clock()))
                .and(new PolicyTeller(statuses::write, policies::listed, this::unable, this::savings, context.clock()))
                .and(new ChangeEvents(events(), context.clock()))
                .and(metrics);
    }

    private Savings savings() {
        return Savings.of(picture.images().get(), config.prices());
    }

    private Optional<String> unable() {
        return support.lacking().or(() -> OldKubelets.told(picture.images().get()));
    }

    private ChangeEvents.Events events() {
        var events = new ApiEvents(server, ApiEvents.Reporter.RIGHTSIZER, context.clock(), context.random(), identity);
        return new ChangeEvents.Events() {
            @Override
            public String create(ApiEvents.Happening happening) throws IOException {
                return events.create(happening);
            }

            @Override
            public void repeat(String path, int times) throws IOException {
                events.repeat(path, times);
            }
        };
    }

    @Override
    public List<HealthCheck> liveness() {
        return List.of(
                new HealthCheck("lease", lease::problem),
                new HealthCheck("rightsizer", () -> acting.flatMap(Loops::problem)));
    }

    @Override
    public List<HealthCheck> readiness() {
        return List.of();
    }

    @Override
    public String described() {
        return config.settings().dryRun() ? "right-sizing as a dry run" : "right-sizing as policies say";
    }

    @Override
    public void close() {
        lease.close();
        leases.close();
        server.close();
    }
}
