package io.plimsoll.app.demo;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.app.demo.Explanation.Candidate;
import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.ExtenderServer;
import io.plimsoll.kubernetes.ImageWriter;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Shares;
import io.plimsoll.model.usage.UsageLedger;
import io.plimsoll.testbed.simulation.ExtenderSettings;
import io.plimsoll.testbed.simulation.Placement;
import io.plimsoll.testbed.simulation.SimulatedScheduler;
import io.plimsoll.testbed.simulation.VirtualClock;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;

/// Two clusters side by side: the same nodes, the same pods at the same times, the same usage; one scheduler knows
/// requests only, the other asks the real extender over real HTTP. One thread drives both.
///
/// The extender's picture is brought up to date after every placement, as a watch does within milliseconds; so the
/// whole run depends on the seed alone, but for the time that answers take: one that comes too late is not heard.
final class SimulatedRace implements Race {

    private static final Duration DAY_BEFORE = Duration.ofHours(24);
    private static final Duration DAY_BEFORE_SAMPLE_PERIOD = Duration.ofMinutes(5);
    static final Duration TICK = Duration.ofSeconds(30);
    private static final Duration SAMPLE_PERIOD = Duration.ofMinutes(1);
    private static final double TELLING_GAIN = 0.15;
    private static final double GOOD_SHARE = 0.85;

    /// A pod that leaves at a time.
    private record Departure(Duration at, Arrival arrival) {}

    private final DemoSettings settings;
    private final ArrayDeque<Arrival> coming;
    private final PriorityQueue<Departure> leaving = new PriorityQueue<>(Comparator.comparing(Departure::at));
    private final ImageWriter images;
    private final Side left;
    private final Side right;
    private final ExtenderServer extender;
    private final SimulatedScheduler byRequests;
    private final SimulatedScheduler asking;
    private final Placer placer = new Placer(PlacementConfig.DEFAULT);
    private Duration elapsed = Duration.ZERO;
    private int arrived;
    private Optional<Explanation> explanation = Optional.empty();

    private SimulatedRace(DemoSettings settings, ExtenderConfig config, Duration httpTimeout) throws Exception {
        this.settings = settings;
        var arrivals = Arrivals.of(settings);
        this.coming = new ArrayDeque<>(arrivals.arrivals());
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        var clock = new VirtualClock(Side.START);
        this.images = new ImageWriter(new UsageLedger()::record, clock, registry);
        this.left = new Side("requests only", settings, new VirtualClock(Side.START), event -> {});
        this.right = new Side("with Plimsoll", settings, clock, images);
        begin(arrivals.dayBefore());
        this.extender =
                new ExtenderServer(config.onFreePorts(), images, PlacementConfig.DEFAULT, clock, registry).start();
        this.byRequests = SimulatedScheduler.byRequests(left.cluster(), settings.seed());
        var uri = URI.create("http://127.0.0.1:" + extender.schedulerPort() + "/scheduler");
        var asked = ExtenderSettings.at(uri).withHttpTimeout(httpTimeout);
        this.asking = SimulatedScheduler.asking(right.cluster(), asked, settings.seed());
    }

    /// A day on which both clusters run the same pods on the same nodes, and the right one's usage is measured.
    private void begin(List<Arrival> dayBefore) {
        for (var side : List.of(left, right)) {
            try (var scheduler = SimulatedScheduler.byRequests(side.cluster(), settings.seed())) {
                dayBefore.forEach(arrival -> side.begin(arrival, scheduler));
            }
        }
        for (var time = Duration.ZERO; time.compareTo(DAY_BEFORE) < 0; time = time.plus(DAY_BEFORE_SAMPLE_PERIOD)) {
            left.cluster().advance(DAY_BEFORE_SAMPLE_PERIOD);
            right.cluster().advance(DAY_BEFORE_SAMPLE_PERIOD);
            images.observe(right.cluster().sample(images.get()));
            images.settle();
        }
    }

    static SimulatedRace start(DemoSettings settings) throws Exception {
        return start(settings, ExtenderConfig.DEFAULT, ExtenderSettings.HTTP_TIMEOUT);
    }

    /// The same race with an extender of those bounds, and a scheduler that waits that long for it.
    static SimulatedRace start(DemoSettings settings, ExtenderConfig config, Duration httpTimeout) throws Exception {
        return new SimulatedRace(settings, config, httpTimeout);
    }

    @Override
    public boolean isOver() {
        return elapsed.compareTo(settings.length()) >= 0;
    }

    /// Simulates the next half minute on both sides.
    @Override
    public DemoState next() {
        var end = elapsed.plus(TICK);
        while (!coming.isEmpty() && coming.peek().at().compareTo(end) < 0) {
            arrive(coming.remove());
        }
        while (!leaving.isEmpty() && leaving.peek().at().compareTo(end) <= 0) {
            leave(leaving.remove().arrival());
        }
        left.pass(TICK);
        right.pass(TICK);
        elapsed = end;
        if (elapsed.toMillis() % SAMPLE_PERIOD.toMillis() == 0) {
            images.observe(right.cluster().sample(images.get()));
        }
        images.settle();
        return state();
    }

    private void arrive(Arrival arrival) {
        arrived++;
        left.place(arrival, byRequests);
        images.settle();
        var before = images.get();
        var placement = right.place(arrival, asking);
        explain(before, arrival, placement);
        images.settle();
        arrival.lifetime().ifPresent(time -> leaving.add(new Departure(elapsed.plus(time), arrival)));
    }

    private void leave(Arrival arrival) {
        left.cluster().delete(arrival.pod().key());
        right.cluster().delete(arrival.pod().key());
    }

    private DemoState state() {
        return new DemoState(
                settings,
                elapsed,
                settings.length(),
                arrived,
                left.tally().state(),
                right.tally().state(),
                right.tally().answers(),
                explanation);
    }

    /// Keeps the decision that differs most from what requests alone would have made of it, and went well.
    private void explain(ClusterImage image, Arrival arrival, Placement placement) {
        if (placement.node().isEmpty() || placement.byRequests().isEmpty()) {
            return;
        }
        var told = explanation(image, arrival, placement);
        double gainToBeat = explanation.map(Explanation::gain).orElse(TELLING_GAIN);
        if (told.chosen().cpuShare() < GOOD_SHARE && told.gain() > gainToBeat) {
            explanation = Optional.of(told);
        }
    }

    private Explanation explanation(ClusterImage image, Arrival arrival, Placement placement) {
        var requests = arrival.pod().requests();
        return new Explanation(
                arrival.pod().key().toString(),
                requests.cpuMillis() + "m of CPU and " + (requests.memoryBytes() >> 20) + " MiB",
                placement.candidates(),
                candidate(image, arrival, placement, placement.node().orElseThrow()),
                candidate(image, arrival, placement, placement.byRequests().orElseThrow()));
    }

    private Candidate candidate(ClusterImage image, Arrival arrival, Placement placement, String node) {
        var pod = PodToPlace.of(image, arrival.pod());
        var card = placer.card(
                image,
                Shares.NONE,
                pod,
                image.nodeTable().slot(node),
                right.cluster().clock().millis());
        Map<String, Double> parts = new TreeMap<>();
        card.parts().forEach(part -> parts.put(part.part().label(), part.value()));
        var score = Optional.ofNullable(placement.extenderScores().get(node));
        return new Candidate(node, score, card.predictedCpu(), card.predictedMemory(), parts);
    }

    @Override
    public List<String> epilogue() {
        return List.of();
    }

    @Override
    public URI inspection() {
        return URI.create("http://127.0.0.1:" + extender.healthPort());
    }

    @Override
    public void close() {
        asking.close();
        byRequests.close();
        extender.close();
        images.close();
    }
}
