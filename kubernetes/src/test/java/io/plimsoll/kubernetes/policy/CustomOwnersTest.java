package io.plimsoll.kubernetes.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodPhase;
import io.plimsoll.model.cluster.PodSpec;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CustomOwnersTest {

    private static final long NOW = 1_700_000_000_000L;
    private static final Owner WEB = new Owner("shop", "Rollout", "web");
    private static final Owner CART = new Owner("shop", "Rollout", "cart");
    private static final Owner PG = new Owner("shop", "Cluster", "pg");
    private static final Owner RUN = new Owner("shop", "PipelineRun", "run");
    private static final List<String> DISCOVERY = List.of("GET /api", "GET /apis");
    private static final String ROLLOUTS = "/apis/argoproj.io/v1alpha1/rollouts";
    private static final Set<String> PATHS = Set.of(ROLLOUTS, "/apis/postgresql.cnpg.io/v1alpha1/clusters");
    private static final String METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    /// What the API server has: group, then kind, then whether it can be scaled.
    private final Map<String, Map<String, Boolean>> groups = new TreeMap<>();

    private final List<String> metadata = new ArrayList<>();
    private final List<String> accepted = new CopyOnWriteArrayList<>();
    private volatile Optional<Refusal> refusal = Optional.empty();
    private volatile boolean tellsKinds = true;
    private Duration passed = Duration.ZERO;
    private ClusterImage image = imageOf(WEB);

    private final LoopbackApi api = new LoopbackApi(this::answer);
    private final ApiServer server = new ApiServer(api.client());
    private final CustomOwners owners = new CustomOwners(
            server,
            () -> image,
            new LoopContext(
                    () -> Instant.ofEpochMilli(NOW),
                    () -> passed.toNanos(),
                    duration -> {},
                    new Random(1),
                    new SimpleMeterRegistry()));

    private record Refusal(int code, String message) {}

    @Test
    void owner_thatIsListed_bearsTheLabelsOfItsMetadata() {
        groups.put("argoproj.io", Map.of("Rollout", true));
        metadata.add("{name: web, namespace: shop, labels: {tier: web}}");
        metadata.add("{name: web, namespace: bank, labels: {tier: bank}}");

        owners.turn();

        assertThat(owners.apply(WEB)).isEqualTo(new WorkloadLabels.Known(Map.of("tier", "web")));
        assertThat(accepted).containsExactly(METADATA);
    }

    @Test
    void owner_withoutLabels_isKnownToHaveNone() {
        groups.put("argoproj.io", Map.of("Rollout", true));
        metadata.add("{name: web, namespace: shop}");

        owners.turn();

        assertThat(owners.apply(WEB)).isEqualTo(new WorkloadLabels.Known(Map.of()));
    }

    @Test
    void owner_beforeTheFirstList_isNotKnown() {
        assertThat(why(WEB)).isEqualTo("labels of kind Rollout were not read yet");
    }

    @Test
    void owner_thatIsNotOnTheList_isNotKnown() {
        groups.put("argoproj.io", Map.of("Rollout", true));

        owners.turn();

        assertThat(why(WEB)).isEqualTo("the last list of kind Rollout has none of that name");
    }

    @Test
    void kind_thatMayNotBeListed_isUnknownInTheApiServersWordsAtOnce() {
        groups.put("argoproj.io", Map.of("Rollout", true));
        metadata.add("{name: web, namespace: shop}");
        owners.turn();

        refusal = Optional.of(new Refusal(403, "rollouts.argoproj.io is forbidden: User cannot list"));
        passed = Duration.ofMinutes(5);
        owners.turn();

        assertThat(why(WEB))
                .isEqualTo("labels of kind Rollout cannot be read: GET " + ROLLOUTS
                        + ": 403 rollouts.argoproj.io is forbidden: User cannot list; grant the service account list on"
                        + " them, as manifests/overlays/custom-owners/rbac.yaml does");
    }

    @Test
    void kind_ofTwoGroups_isUnknownAndNotListed() {
        groups.put("argoproj.io", Map.of("Rollout", true));
        groups.put("rollouts.kruise.io", Map.of("Rollout", false));

        owners.turn();

        assertThat(why(WEB))
                .isEqualTo("labels of kind Rollout cannot be read: the API server has several kinds Rollout:"
                        + " rollouts.argoproj.io, rollouts.rollouts.kruise.io");
        assertThat(accepted).isEmpty();
    }

    @Test
    void kind_thatCannotBeScaled_isUnknownAndNotListed() {
        groups.put("argoproj.io", Map.of("Rollout", false));

        owners.turn();

        assertThat(why(WEB))
                .isEqualTo("labels of kind Rollout cannot be read: the API server has no kind Rollout with a scale"
                        + " subresource");
        assertThat(accepted).isEmpty();
    }

    /// As the image has those that it watches: a StatefulSet of another group is not among them.
    @Test
    void kindsThatAreWatched_andPodsOfTheirOwn_areNotListed() {
        groups.put("apps.kruise.io", Map.of("StatefulSet", true));
        var other = new Owner("shop", "StatefulSet", "db");
        image = imageOf(other, Owner.bare("shop", "db-1"));

        owners.turn();

        assertThat(api.asked()).isEmpty();
        assertThat(why(other))
                .isEqualTo(
                        "no StatefulSet of Kubernetes' own has that name, and those of other API groups are not read");
    }

    @Test
    void kind_whoseWorkloadsAreAllKnown_isListedEveryFiveMinutes() {
        groups.put("argoproj.io", Map.of("Rollout", true));
        metadata.add("{name: web, namespace: shop}");

        for (int minute = 0; minute <= 10; minute++) {
            passed = Duration.ofMinutes(minute);
            owners.turn();
        }

        assertThat(accepted).hasSize(3);
    }

    @Test
    void workload_thatCameAfterTheList_isReadInTheNextTurn() {
        groups.put("argoproj.io", Map.of("Rollout", true));
        metadata.add("{name: web, namespace: shop}");
        owners.turn();
        metadata.add("{name: cart, namespace: shop, labels: {tier: shop}}");
        image = imageOf(WEB, CART);
        assertThat(why(CART)).isEqualTo("the last list of kind Rollout has none of that name");

        passed = Duration.ofMinutes(1);
        owners.turn();

        assertThat(owners.apply(CART)).isEqualTo(new WorkloadLabels.Known(Map.of("tier", "shop")));
    }

    /// Rollouts were looked up a minute before.
    @Test
    void kind_thatWasDefinedAfterTheLastDiscovery_isReadInTheNextTurn() {
        groups.put("argoproj.io", Map.of("Rollout", true));
        metadata.add("{name: web, namespace: shop}");
        owners.turn();

        groups.put("postgresql.cnpg.io", Map.of("Cluster", true));
        metadata.add("{name: pg, namespace: shop, labels: {tier: db}}");
        image = imageOf(WEB, PG);
        passed = Duration.ofMinutes(1);
        owners.turn();

        assertThat(owners.apply(PG)).isEqualTo(new WorkloadLabels.Known(Map.of("tier", "db")));
    }

    @Test
    void kinds_thatTheApiServerHasNot_haveItAskedOnceAndAgainAfterFiveMinutes() {
        image = imageOf(PG, RUN);

        owners.turn();
        passed = Duration.ofMinutes(1);
        owners.turn();

        assertThat(why(PG))
                .isEqualTo("labels of kind Cluster cannot be read: the API server has no kind Cluster with a scale"
                        + " subresource");
        assertThat(kindsAsked()).containsExactlyElementsOf(DISCOVERY);

        groups.put("postgresql.cnpg.io", Map.of("Cluster", true));
        metadata.add("{name: pg, namespace: shop}");
        passed = Duration.ofMinutes(5);
        owners.turn();

        assertThat(owners.apply(PG)).isEqualTo(new WorkloadLabels.Known(Map.of()));
    }

    @Test
    void discovery_thatFails_isAskedForOnceInATurn() {
        tellsKinds = false;
        image = imageOf(WEB, PG, RUN);

        owners.turn();

        assertThat(kindsAsked()).containsExactly("GET /api");
        assertThat(List.of(why(WEB), why(PG), why(RUN))).allMatch(why -> why.contains("503 starting"));
    }

    /// The new kind is asked about first, by its name.
    @Test
    void discovery_thatFailsForANewKind_leavesTheOthersWhereTheyWere() {
        groups.put("argoproj.io", Map.of("Rollout", true));
        metadata.add("{name: web, namespace: shop}");
        owners.turn();

        tellsKinds = false;
        metadata.add("{name: cart, namespace: shop}");
        image = imageOf(WEB, CART, PG);
        passed = Duration.ofMinutes(1);
        owners.turn();

        assertThat(why(PG)).contains("503 starting");
        assertThat(owners.apply(CART)).isEqualTo(new WorkloadLabels.Known(Map.of()));
    }

    @Test
    void kind_thatCannotBeListedForAnHour_isKnownAsItWasForFifteenMinutes() {
        groups.put("argoproj.io", Map.of("Rollout", true));
        metadata.add("{name: web, namespace: shop, labels: {tier: web}}");
        owners.turn();

        refusal = Optional.of(new Refusal(503, "overloaded"));
        passed = Duration.ofMinutes(5);
        owners.turn();
        passed = Duration.ofMinutes(10);
        owners.turn();
        assertThat(owners.apply(WEB)).isEqualTo(new WorkloadLabels.Known(Map.of("tier", "web")));

        passed = Duration.ofMinutes(15);
        owners.turn();
        assertThat(why(WEB)).contains("503 overloaded");
    }

    @Test
    void kind_beforeTheImageIsWhole_isNotListed() {
        image = ClusterImage.EMPTY;

        assertThat(owners.turn()).isLessThan(Duration.ofSeconds(1));
        assertThat(api.asked()).isEmpty();
    }

    @Test
    void labels_ofAWatchedOwner_areThoseOfTheImage() {
        var deployment = new Owner("shop", "Deployment", "web");
        image = after(new ClusterEvent.OwnerApplied(
                new OwnerSpec(deployment, Optional.empty(), 1, Set.of(), Map.of("tier", "web"))));
        var labels = new ImageLabels(() -> image, owners);

        assertThat(labels.ofWorkload(deployment)).isEqualTo(new WorkloadLabels.Known(Map.of("tier", "web")));
        assertThat(labels.ofWorkload(WEB)).isInstanceOf(WorkloadLabels.Unknown.class);
    }

    @AfterEach
    void disconnect() {
        server.close();
        api.close();
    }

    private String why(Owner workload) {
        return ((WorkloadLabels.Unknown) owners.apply(workload)).why();
    }

    private List<String> kindsAsked() {
        return api.asked().stream()
                .filter(request -> !request.startsWith("GET " + ROLLOUTS))
                .toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        if (!tellsKinds && path.equals("/api")) {
            LoopbackApi.json(exchange, 503, json("{message: starting}"));
            return;
        }
        if (path.equals("/api") || path.equals("/apis")) {
            LoopbackApi.json(exchange, 200, path.equals("/api") ? "{\"items\": []}" : discovery());
            return;
        }
        accepted.add(exchange.getRequestHeaders().getFirst("Accept"));
        if (refusal.isPresent()) {
            var said = refusal.get();
            LoopbackApi.json(exchange, said.code(), json("{message: '" + said.message() + "'}"));
        } else {
            var items = metadata.stream().map(one -> "{metadata: " + one + "}").toList();
            LoopbackApi.json(
                    exchange, PATHS.contains(path) ? 200 : 404, json("{items: [" + String.join(",", items) + "]}"));
        }
    }

    private String discovery() {
        var items = new ArrayList<String>();
        groups.forEach((group, kinds) -> kinds.forEach((kind, isScalable) ->
                items.add("""
                {metadata: {name: %s}, versions: [{version: v1alpha1, resources: [{resource: %ss, scope: Namespaced,
                 responseKind: {kind: %s}, subresources: [{subresource: %s}]}]}, {version: v1alpha0}]}
                """.formatted(group, kind.toLowerCase(Locale.ROOT), kind, isScalable ? "scale" : "status"))));
        return json("{items: [" + String.join(",", items) + "]}");
    }

    private static ClusterImage imageOf(Owner... workloads) {
        return after(Arrays.stream(workloads)
                .map(workload -> new ClusterEvent.PodApplied(pod(workload)))
                .toArray(ClusterEvent[]::new));
    }

    private static ClusterImage after(ClusterEvent... events) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        for (var event : events) {
            delta.replay(event);
        }
        delta.replay(new ClusterEvent.Confirmed(NOW));
        return delta.apply();
    }

    private static PodSpec pod(Owner workload) {
        boolean isBare = workload.kind().equals("Pod");
        var name = workload.name() + (isBare ? "" : "-1");
        return new PodSpec(
                new PodKey(workload.namespace(), name),
                "uid-" + name,
                isBare ? Optional.empty() : Optional.of(workload),
                Optional.of("n1"),
                PodPhase.RUNNING,
                true,
                0,
                0,
                false,
                List.of(),
                Resources.NONE,
                Set.of());
    }

    private static String json(String yaml) {
        return Serialization.asJson(Serialization.unmarshal("---\n" + yaml, Map.class));
    }
}
