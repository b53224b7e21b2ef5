package io.plimsoll.model.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Clusters;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodBuilder;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NeighbourSlackTest {

    private static final long MIB = 1L << 20;
    private static final long NOW = Clusters.NOW_MILLIS;
    private static final long HOUR = 3_600_000;
    private static final Owner RAISED = Clusters.deployment("raised");
    private static final ChangeBounds FREELY = new ChangeBounds(0.05, 5, 9, 1);
    private static final ContainerSizing SIZING = new ContainerSizing(
            new ResourceSizing(0.95, 1.1, 1, Long.MAX_VALUE, FREELY),
            new ResourceSizing(0.95, 1.1, 1, Long.MAX_VALUE, FREELY),
            new MemoryRule(MemoryDecrease.FREE, 0),
            new LimitRule.RequestsOnly(),
            0.5);

    /// A workload of one pod on the node, all that can be said of it.
    private static final class Neighbour {

        private final String name;
        private int priority;
        private Resources asks = new Resources(1000, 100 * MIB);
        private Resources target = asks;
        private double confidence = 1;
        private ResizePolicy.Mode mode = ResizePolicy.Mode.AUTO;
        private boolean isSuspended;
        private boolean isOpen = true;
        private Set<OptOut> optOuts = Set.of();
        private WorkloadHistory history = WorkloadHistory.NONE;
        private List<Mark> marks = List.of();

        Neighbour(String name) {
            this.name = name;
        }

        Neighbour priority(int other) {
            priority = other;
            return this;
        }

        /// Asks for 1000m, and for so much more than it is to.
        Neighbour slack(long cpuMillis) {
            return slack(cpuMillis, 0);
        }

        Neighbour slack(long cpuMillis, long memoryBytes) {
            target = new Resources(asks.cpuMillis() - cpuMillis, asks.memoryBytes() - memoryBytes);
            return this;
        }

        Neighbour confidence(double other) {
            confidence = other;
            return this;
        }

        Neighbour mode(ResizePolicy.Mode other) {
            mode = other;
            return this;
        }

        Neighbour suspended() {
            isSuspended = true;
            return this;
        }

        Neighbour closed() {
            isOpen = false;
            return this;
        }

        Neighbour optsOut() {
            optOuts = Set.of(OptOut.RESIZE);
            return this;
        }

        Neighbour history(WorkloadHistory other) {
            history = other;
            return this;
        }

        Neighbour mark(Mark mark) {
            marks = List.of(mark);
            return this;
        }

        Owner owner() {
            return Clusters.deployment(name);
        }

        PodSpec pod() {
            var pod = new PodSpec(
                    Clusters.pending(name + "-1", 0, 0).key(),
                    "uid-" + name,
                    Optional.of(owner()),
                    Optional.empty(),
                    PodPhase.PENDING,
                    false,
                    priority,
                    0,
                    false,
                    List.of(new ContainerSpec("main", asks, Resources.NONE)),
                    Resources.NONE,
                    Set.of());
            return PodBuilder.like(pod)
                    .boundTo("n1", NOW - HOUR)
                    .optOuts(optOuts)
                    .build();
        }

        ResizePolicy policy() {
            var candidate = new PolicyCandidate(Optional.of("default"), name, 0, 0, isSuspended, owner -> true);
            return new ResizePolicy(
                    candidate,
                    mode,
                    "percentile",
                    container -> Optional.of(SIZING),
                    now -> isOpen,
                    HOUR,
                    0,
                    Set.of(ContainerRole.MAIN),
                    0,
                    marks,
                    false);
        }

        WorkloadSizing sizing() {
            var choice = new PolicyChoice(policy().candidate(), List.of(), PolicyChoice.Grounds.ALONE);
            return new WorkloadSizing(
                    owner(), choice, List.of(recommendation()), new ResizePlan.Skipped(SkipReason.COOLDOWN, ""));
        }

        ContainerRecommendation recommendation() {
            return new ContainerRecommendation(
                    "main",
                    "percentile",
                    resource(ResourceKind.CPU, asks.cpuMillis(), target.cpuMillis()),
                    resource(ResourceKind.MEMORY, asks.memoryBytes(), target.memoryBytes()),
                    NOW);
        }

        private ResourceRecommendation resource(ResourceKind kind, long current, long to) {
            return new ResourceRecommendation(
                    kind, current, to, to, to, to, confidence, List.of(new SizingReason.NoHistory()));
        }

        @Override
        public String toString() {
            return name + "(" + priority + ")" + target;
        }
    }

    // The choice

    @ParameterizedTest
    @CsvSource({
        "100:0 400:0 900:10, b",
        "100:0 150:0 900:10, c",
        "100:0 150:0 200:10, a c",
        "100:0 150:0 10:10, ''",
        "300:-5 900:0 900:10, a",
        "250:0 60:0 60:0, a b"
    })
    void lowerings_forThreeHundredMillicores_areTheFewestOfTheLowestPriority(String slacks, String chosen) {
        var neighbours = new ArrayList<Neighbour>();
        for (var slack : slacks.split(" ")) {
            var name = String.valueOf((char) ('a' + neighbours.size()));
            var parts = slack.split(":");
            neighbours.add(new Neighbour(name).slack(Long.parseLong(parts[0])).priority(Integer.parseInt(parts[1])));
        }

        var lowerings = lowerings(neighbours, new Resources(300, 0));

        assertThat(lowerings.stream().map(change -> change.workload().name()).collect(Collectors.joining(" ")))
                .isEqualTo(chosen);
    }

    @Test
    void lowering_isARecordOfItsOwnThatSaysWhomItIsFor() {
        var neighbour = new Neighbour("a").slack(400, 20 * MIB);

        var lowerings = lowerings(List.of(neighbour), new Resources(300, 0));

        var before = new ContainerSpec("main", new Resources(1000, 100 * MIB), Resources.NONE);
        var after = new ContainerSpec("main", new Resources(600, 80 * MIB), Resources.NONE);
        assertThat(lowerings).singleElement().satisfies(change -> {
            assertThat(change.workload()).isEqualTo(neighbour.owner());
            assertThat(change.policy()).isEqualTo("default/a");
            assertThat(change.code()).isEqualTo("MakesRoom");
            assertThat(change.reason()).startsWith("makes room for default/raised-1. main: CPU ");
            assertThat(change.pods())
                    .containsExactly(new PodChange(neighbour.pod().key(), "uid-a", List.of(before), List.of(after)));
        });
    }

    @Test
    void lowering_underAPolicyThatMarksWhatIsChanged_marksTheNeighbour() {
        var pause = Mark.put("example.com/sync", "paused");

        var lowerings = lowerings(List.of(new Neighbour("a").slack(400).mark(pause)), new Resources(300, 0));

        assertThat(lowerings).singleElement().extracting(Change::marks).isEqualTo(List.of(pause));
    }

    @Test
    void lowerings_ofTheWorkloadThatIsRaised_areNone() {
        var own = new Neighbour("raised").slack(400);

        assertThat(lowerings(List.of(own), new Resources(300, 0))).isEmpty();
    }

    // What speaks against it

    static Stream<Named<Neighbour>> against() {
        return Stream.of(
                Named.of("only recommended", new Neighbour("a").mode(ResizePolicy.Mode.RECOMMEND)),
                Named.of("new pods only", new Neighbour("a").mode(ResizePolicy.Mode.ON_CREATE)),
                Named.of("suspended", new Neighbour("a").suspended()),
                Named.of("outside its schedule", new Neighbour("a").closed()),
                Named.of("opted out", new Neighbour("a").optsOut()),
                Named.of("little known of it", new Neighbour("a").confidence(0.3)),
                Named.of(
                        "owned by an autoscaler",
                        new Neighbour("a").history(history(Set.of(ResourceKind.CPU), NOW - HOUR, false))),
                Named.of("in a change", new Neighbour("a").history(history(Set.of(), NOW - HOUR, true))),
                Named.of("changed just now", new Neighbour("a").history(history(Set.of(), NOW - 59_000, false))),
                Named.of(
                        "taken back lately",
                        new Neighbour("a").history(history(Set.of(), NOW - HOUR / 2, false, ChangePhase.REVERTED))),
                Named.of(
                        "undone lately",
                        new Neighbour("a").history(history(Set.of(), NOW - HOUR / 2, false, ChangePhase.UNDONE))));
    }

    @ParameterizedTest
    @MethodSource("against")
    void neighbour_thatSomethingSpeaksAgainst_isNotLowered(Neighbour neighbour) {
        var willing = neighbour.slack(400);

        assertThat(lowerings(List.of(willing), new Resources(300, 0))).isEmpty();
    }

    /// Its own cut would wait for an hour.
    @Test
    void neighbour_withinItsCooldown_isLowered() {
        var neighbour = new Neighbour("a").slack(400).history(history(Set.of(), NOW - 60_000, false));

        assertThat(lowerings(List.of(neighbour), new Resources(300, 0))).hasSize(1);
    }

    @Test
    void neighbour_thatAlsoNeedsMoreMemory_isLoweredInCpuAlone() {
        var neighbour = new Neighbour("a").slack(400, -50 * MIB);

        var lowered = lowerings(List.of(neighbour), new Resources(300, 0))
                .getFirst()
                .pods()
                .getFirst();

        assertThat(lowered.after().getFirst().requests()).isEqualTo(new Resources(600, 100 * MIB));
    }

    // Laws

    /// Whoever is there: all is covered or nobody is lowered; nobody below the target; nobody in vain; none of a
    /// priority above what is needed; and none that the planner would raise right back.
    @Property(tries = 2000, seed = "4711")
    void lowerings_ofAnyNode_coverAllInTheFewestStepsAndStay(
            @ForAll("nodes") List<Neighbour> neighbours, @ForAll("missing") Resources missing) {
        var lowerings = lowerings(neighbours, missing);

        var freed = new HashMap<String, Resources>();
        lowerings.forEach(change ->
                change.pods().forEach(pod -> freed.put(change.workload().name(), freed(pod))));
        var byName = neighbours.stream().collect(Collectors.toMap(neighbour -> neighbour.name, neighbour -> neighbour));
        if (freed.isEmpty()) {
            assertThat(covers(neighbours.stream().map(NeighbourSlackTest::slack).toList(), missing))
                    .isFalse();
            return;
        }
        assertThat(covers(freed.values(), missing)).isTrue();
        freed.forEach((name, amount) -> {
            var others = new HashMap<>(freed);
            others.remove(name);
            assertThat(covers(others.values(), missing)).as("without %s", name).isFalse();
            assertThat(amount).as(name).isEqualTo(slack(find(byName, name)));
        });
        int highest = freed.keySet().stream()
                .mapToInt(name -> find(byName, name).priority)
                .max()
                .orElseThrow();
        assertThat(covers(
                        neighbours.stream()
                                .filter(neighbour -> neighbour.priority < highest)
                                .map(NeighbourSlackTest::slack)
                                .toList(),
                        missing))
                .isFalse();
        lowerings.forEach(
                change -> assertThat(plannedAfter(neighbours, change)).isInstanceOf(ResizePlan.Skipped.class));
    }

    /// What a pass makes of the neighbour once it was lowered, long after.
    private static ResizePlan plannedAfter(List<Neighbour> neighbours, Change lowering) {
        var neighbour = neighbours.stream()
                .filter(other -> other.owner().equals(lowering.workload()))
                .findFirst()
                .orElseThrow();
        var pod = PodBuilder.like(neighbour.pod())
                .containers(lowering.pods().getFirst().after().toArray(ContainerSpec[]::new))
                .build();
        var image = Clusters.after(image(neighbours), List.of(new ClusterEvent.PodApplied(pod)));
        return new ResizePlanner(image, false, NOW)
                .plan(
                        neighbour.owner(),
                        neighbour.policy(),
                        Map.of("main", neighbour.recommendation()),
                        WorkloadHistory.NONE);
    }

    @Provide
    Arbitrary<List<Neighbour>> nodes() {
        var amounts = Combinators.combine(
                        Arbitraries.integers().between(0, 900),
                        Arbitraries.integers().between(0, 90),
                        Arbitraries.integers().between(-2, 2))
                .as((cpu, mib, priority) -> new int[] {cpu, mib, priority});
        return amounts.list().ofMaxSize(7).map(all -> {
            var neighbours = new ArrayList<Neighbour>();
            for (var each : all) {
                neighbours.add(new Neighbour("p" + neighbours.size())
                        .slack(each[0], each[1] * MIB)
                        .priority(each[2]));
            }
            return neighbours;
        });
    }

    @Provide
    Arbitrary<Resources> missing() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 1500),
                        Arbitraries.integers().between(0, 150))
                .as((cpu, mib) -> new Resources(cpu, mib * MIB))
                .filter(missing -> !missing.isZero());
    }

    /// What is too small a change is no slack.
    private static Resources slack(Neighbour neighbour) {
        long cpu = neighbour.asks.cpuMillis() - neighbour.target.cpuMillis();
        long memory = neighbour.asks.memoryBytes() - neighbour.target.memoryBytes();
        return new Resources(cpu < 50 ? 0 : cpu, memory < 5 * MIB ? 0 : memory);
    }

    private static Resources freed(PodChange change) {
        var before = change.before().getFirst().requests();
        var after = change.after().getFirst().requests();
        return new Resources(before.cpuMillis() - after.cpuMillis(), before.memoryBytes() - after.memoryBytes());
    }

    private static boolean covers(Collection<Resources> freed, Resources missing) {
        var sum = freed.stream().reduce(Resources.NONE, Resources::plus);
        return sum.cpuMillis() >= missing.cpuMillis() && sum.memoryBytes() >= missing.memoryBytes();
    }

    private static Neighbour find(Map<String, Neighbour> byName, String name) {
        return Optional.ofNullable(byName.get(name)).orElseThrow();
    }

    private static WorkloadHistory history(
            Set<ResourceKind> claimed, long changedAtMillis, boolean isChangeOpen, ChangePhase... ended) {
        return WorkloadHistory.of(
                claimed.isEmpty() ? Claimed.NONE : Claimed.by("HorizontalPodAutoscaler web", claimed),
                OptionalLong.of(changedAtMillis),
                isChangeOpen,
                List.of(ended));
    }

    private static List<Change> lowerings(List<Neighbour> neighbours, Resources missing) {
        var image = image(neighbours);
        var histories = neighbours.stream().collect(Collectors.toMap(Neighbour::owner, neighbour -> neighbour.history));
        var slack = new NeighbourSlack(
                neighbours.stream().map(Neighbour::sizing).toList(),
                neighbours.stream().map(Neighbour::policy).toList(),
                owner -> histories.getOrDefault(owner, WorkloadHistory.NONE),
                new ResizePlanner(image, false, NOW));
        return slack.lowerings(image.nodes().getFirst(), missing, RAISED, "default/raised-1");
    }

    private static ClusterImage image(List<Neighbour> neighbours) {
        var events = new ArrayList<>(Clusters.node("n1").events());
        neighbours.forEach(neighbour -> events.add(new ClusterEvent.PodApplied(neighbour.pod())));
        return Clusters.image(events);
    }
}
