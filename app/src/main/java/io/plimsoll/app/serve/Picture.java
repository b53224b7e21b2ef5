package io.plimsoll.app.serve;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.plimsoll.extender.http.HealthCheck;
import io.plimsoll.kubernetes.ClusterObserver;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.NeighbourObserver;
import io.plimsoll.kubernetes.ObserverSettings.Source;
import io.plimsoll.kubernetes.RegimeObserver;
import io.plimsoll.kubernetes.UsageBootstrap;
import io.plimsoll.kubernetes.action.ApiCheckpoints;
import io.plimsoll.kubernetes.action.ApiMemory;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.kubernetes.action.CheckpointKeeper;
import io.plimsoll.kubernetes.action.CheckpointReader;
import io.plimsoll.kubernetes.action.MemoryKeeper;
import io.plimsoll.kubernetes.action.PlanReader;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.policy.ApiPolicies;
import io.plimsoll.kubernetes.policy.CustomOwners;
import io.plimsoll.kubernetes.policy.ImageLabels;
import io.plimsoll.kubernetes.policy.MoveRuleReader;
import io.plimsoll.kubernetes.policy.PolicyReader;
import io.plimsoll.kubernetes.policy.SourceChoiceReader;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.move.MoveRules;
import io.plimsoll.model.move.RecordedPlan;
import io.plimsoll.model.move.Reservations;
import io.plimsoll.model.move.Watched;
import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.placement.Circumstances;
import io.plimsoll.model.regime.RegimeKind;
import io.plimsoll.model.regime.RegimeView;
import io.plimsoll.model.usage.ContainerUsageView;
import io.plimsoll.model.usage.CpuThrottling;
import io.plimsoll.model.usage.UsageLedger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The picture of the cluster that all roles share: what is watched and measured, and what containers used before.
final class Picture implements AutoCloseable {

    /// Before it is known what policies choose, no source counts: one that lies would be believed for days.
    private static final Optional<String> UNCHOSEN = Optional.of("");

    private final KubernetesClient client;
    private final UsageLedger ledger = new UsageLedger();
    private final ImageWriter writer;
    private final ClusterObserver observer;
    private final Optional<NeighbourObserver> neighbours;
    private final Optional<RegimeObserver> regimes;
    private final ApiServer server;
    private final CheckpointReader kept;
    private final Optional<PlanReader> plans;
    private final Optional<CustomOwners> owners;
    private final Optional<MoveRuleReader> rules;
    private final Optional<UsageBootstrap> bootstrap;
    private final Set<String> sources;
    private final PolicyReader policyReader;
    private final Optional<SourceChoiceReader> choices;
    private final InstantSource clock;

    Picture(Config cluster, ServeConfiguration configuration, InstantSource clock, MeterRegistry meters) {
        var settings = configuration.observer();
        this.clock = clock;
        this.sources =
                settings.sources().stream().map(Source::name).collect(Collectors.toCollection(LinkedHashSet::new));
        this.client = new KubernetesClientBuilder().withConfig(cluster).build();
        this.writer = new ImageWriter(ledger::record, clock, meters);
        this.observer = new ClusterObserver(client, writer, settings, clock, meters);
        this.server = new ApiServer(client);
        var context = LoopContext.real(clock, meters);
        this.neighbours = configuration.roles().stream().anyMatch(Picture::isAboutNodes)
                ? Optional.of(new NeighbourObserver(writer, configuration.moves(), context))
                : Optional.empty();
        this.regimes = neighbours.map(same -> new RegimeObserver(writer, configuration.hours(), context));
        this.kept = new CheckpointReader(new ApiCheckpoints(server), writer, ledger, context);
        this.plans = configuration.roles().stream().anyMatch(Picture::isAboutMoves)
                ? Optional.of(new PlanReader(new ApiPlanJournal(server, clock, context.random()), writer, context))
                : Optional.empty();
        this.owners = configuration.roles().stream().anyMatch(Picture::isAboutPolicies)
                ? Optional.of(new CustomOwners(server, writer, context))
                : Optional.empty();
        var labels = owners.map(others -> new ImageLabels(writer, others)).orElseGet(() -> new ImageLabels(writer));
        this.rules = configuration.roles().contains(Role.REBALANCER)
                ? Optional.of(new MoveRuleReader(new ApiPolicies(server, labels)::moves, context))
                : Optional.empty();
        this.policyReader =
                new PolicyReader(labels, configuration.roles().contains(Role.RIGHTSIZER) ? sources : Set.of());
        this.choices = configuration.roles().contains(Role.RIGHTSIZER) && sources.size() > 1
                ? Optional.of(new SourceChoiceReader(
                        new ApiPolicies(server, policyReader)::sources, writer, this::choose, context))
                : Optional.empty();
        choices.ifPresent(_ -> choose(workload -> UNCHOSEN));
        this.bootstrap = settings.bootstrap().isZero()
                ? Optional.empty()
                : observer.past()
                        .map(past ->
                                new UsageBootstrap(past, this::known, settings.bootstrap(), writer, ledger, context));
    }

    /// When it is known what is kept, and whose past counts for whom.
    private Duration known() throws InterruptedException {
        if (choices.isPresent()) {
            choices.get().await();
        }
        return kept.await();
    }

    private void choose(Function<Owner, Optional<String>> chosen) {
        writer.ask(() -> {
            ledger.choose(chosen);
            return chosen;
        });
    }

    /// Whether it matters to a role who hurts whom on a node.
    private static boolean isAboutNodes(Role role) {
        return switch (role) {
            case EXTENDER, RIGHTSIZER, REBALANCER -> true;
            case WEBHOOK -> false;
        };
    }

    /// Whether it matters to a role what is being moved.
    private static boolean isAboutMoves(Role role) {
        return switch (role) {
            case EXTENDER, REBALANCER -> true;
            case RIGHTSIZER, WEBHOOK -> false;
        };
    }

    /// Whether a role goes by policies.
    private static boolean isAboutPolicies(Role role) {
        return switch (role) {
            case RIGHTSIZER, REBALANCER, WEBHOOK -> true;
            case EXTENDER -> false;
        };
    }

    /// Returns at once; the picture comes a little later.
    void start() {
        kept.start();
        bootstrap.ifPresent(UsageBootstrap::start);
        observer.start();
        neighbours.ifPresent(NeighbourObserver::start);
        plans.ifPresent(PlanReader::start);
        owners.ifPresent(CustomOwners::start);
        rules.ifPresent(MoveRuleReader::start);
        choices.ifPresent(SourceChoiceReader::start);
        regimes.ifPresent(RegimeObserver::start);
    }

    Supplier<ClusterImage> images() {
        return writer;
    }

    /// Who hurts whom, which nodes stay hot, what was moved of late, what hours it is and what policies
    /// say of moves; nothing where no role looks at that.
    Supplier<Watched> watched() {
        return () -> neighbours
                .map(NeighbourObserver::watched)
                .orElse(Watched.NOTHING)
                .with(moves().history())
                .with(regimes().get())
                .with(rules.map(MoveRuleReader::get).orElse(MoveRules.UNREAD));
    }

    /// The plans of moves that are recorded, the latest first; none where no role looks at them.
    List<RecordedPlan> plans() {
        return moves().plans();
    }

    /// What moves of pods ask of whoever places others.
    Supplier<Reservations> reservations() {
        return () -> moves().reservations();
    }

    private PlanReader.Known moves() {
        return plans.map(PlanReader::known).orElse(PlanReader.Known.NOTHING);
    }

    /// What whoever places pods goes by besides the image.
    Supplier<Circumstances> circumstances() {
        return () -> new Circumstances(
                neighbours.map(NeighbourObserver::company).orElse(Company.UNKNOWN),
                regimes.map(RegimeObserver::kind).orElse(RegimeKind.UNKNOWN));
    }

    /// Peak or off-peak; nothing where no role looks at nodes.
    Supplier<RegimeView> regimes() {
        return () -> regimes.map(RegimeObserver::get).orElse(RegimeView.NOTHING);
    }

    InstantSource clock() {
        return clock;
    }

    /// The cluster that is watched.
    KubernetesClient client() {
        return client;
    }

    /// Reads policies by the labels that there are, and in the right-sizer's process by the usage sources too.
    PolicyReader policyReader() {
        return policyReader;
    }

    /// Where the usage of a workload is measured, with commas between.
    String sources(Owner workload) {
        return writer.ask(() -> sources.stream()
                .filter(source -> ledger.counts(workload, source))
                .collect(Collectors.joining(",")));
    }

    /// What the containers of a workload used, by their names.
    Map<String, ContainerUsageView> usage(Owner workload) {
        return writer.ask(() -> ledger.containers(workload));
    }

    /// How often containers are held at their CPU limits, where a source tells it.
    CpuThrottling throttling() {
        return observer.throttling();
    }

    /// What keeps for the next start what containers use.
    CheckpointKeeper keeper(ApiServer server, LoopContext context) {
        return new CheckpointKeeper(new ApiCheckpoints(server), writer, ledger, context, CheckpointKeeper.Pace.DEFAULT);
    }

    /// What keeps for the next start what is known of busy hours and of the last day.
    MemoryKeeper memory(ApiMemory kept, BooleanSupplier isActing, LoopContext context) {
        var memories = Stream.concat(
                        neighbours.map(NeighbourObserver::memory).stream(),
                        regimes.map(RegimeObserver::memory).stream())
                .toList();
        return new MemoryKeeper(kept, memories, writer, isActing, context);
    }

    List<HealthCheck> liveness() {
        return List.of(
                new HealthCheck("image-writer", writer::problem),
                new HealthCheck("observer", observer::problem),
                new HealthCheck("neighbours", () -> neighbours.flatMap(NeighbourObserver::problem)),
                new HealthCheck("custom-owners", () -> owners.flatMap(CustomOwners::problem)),
                new HealthCheck("move-rules", () -> rules.flatMap(MoveRuleReader::problem)),
                new HealthCheck("usage-sources", () -> choices.flatMap(SourceChoiceReader::problem)),
                new HealthCheck("plans", () -> plans.flatMap(PlanReader::problem)),
                new HealthCheck("regimes", () -> regimes.flatMap(RegimeObserver::problem)));
    }

    @Override
    public void close() {
        bootstrap.ifPresent(UsageBootstrap::close);
        kept.close();
        plans.ifPresent(PlanReader::close);
        rules.ifPresent(MoveRuleReader::close);
        owners.ifPresent(CustomOwners::close);
        choices.ifPresent(SourceChoiceReader::close);
        neighbours.ifPresent(NeighbourObserver::close);
        regimes.ifPresent(RegimeObserver::close);
        observer.close();
        server.close();
        client.close();
        writer.close();
    }
}
