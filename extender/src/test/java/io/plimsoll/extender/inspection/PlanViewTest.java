package io.plimsoll.extender.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.move.HurtNode;
import io.plimsoll.model.move.Kept;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.NodeChange;
import io.plimsoll.model.move.Resize;
import io.plimsoll.model.move.Stay;
import io.plimsoll.model.move.StayReason;
import io.plimsoll.model.move.Trouble;
import io.plimsoll.model.move.Watched;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.placement.Bearing;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanViewTest {

    private static final Instant NOW = Instant.parse("2026-11-21T03:12:00Z");
    private static final Owner HOG = new Owner("shop", "Deployment", "hog");
    private static final Owner WEB = new Owner("shop", "Deployment", "web");
    private static final Watched WATCHED = new Watched(
            Neighbours.NONE, new TreeMap<>(), NOW.minusSeconds(3_600).toEpochMilli());
    private static final MovePlan PLAN = new MovePlan(
            NOW.toEpochMilli(),
            List.of(
                    new HurtNode("n1", List.of(new Trouble.Waiting(Contention.CPU, 0.42, 0.4, Map.of(HOG, 0.75)))),
                    new HurtNode("n2", List.of(new Trouble.Hot(Contention.MEMORY, 0.95, 0.82)))),
            List.of(new Move(
                    pod("hog-1"),
                    "u1",
                    HOG,
                    "n1",
                    "n3",
                    1,
                    2.2,
                    81,
                    "others wait for cpu 42% of the time, 30% because of it")),
            List.of(new Resize(pod("big-1"), WEB, "n2", "lower its CPU request from 4000m to 920m")),
            List.of(
                    new Kept(pod("web-1"), WEB, "n1", new Stay(StayReason.BUDGET, "calm")),
                    new Kept(pod("web-2"), WEB, "n2", new Stay(StayReason.BUDGET, "calm"))),
            List.of(
                    new NodeChange("n1", new Bearing(0.7, 0.5), new Bearing(0.4, 0.45)),
                    new NodeChange("n3", new Bearing(0.1, 0.2), new Bearing(0.4, 0.25))));

    @Test
    void table_ofAPlan_saysWhatIsMovedAndHowManyAreNotForWhat() {
        assertThat(Tables.plan(PlanView.of(PLAN, WATCHED, List.of(), false))).isEqualTo("""
                read only: this is not carried out. 1 move, 2 hurt nodes, cost 2.20 (watched since 2026-11-21T02:12:00Z)

                HURT NODE  BECAUSE
                n1         some task waits for cpu 42% of the time, 40% more than usual: 75% of that by shop/Deployment/hog
                n2         memory at 95%, to be brought to 82%

                MOVE        FROM  TO  RELIEVES  COST  BECAUSE
                shop/hog-1  n1    n3  100%      2.20  others wait for cpu 42% of the time, 30% because of it

                NODE  CPU  AFTER  MEMORY  AFTER
                n1    70%  40%    50%     45%
                n3    10%  40%    20%     25%

                RESIZE FIRST  ON  WHAT
                shop/big-1    n2  lower its CPU request from 4000m to 920m

                NOT MOVED  BECAUSE
                2          its disruption budget lets no pod go now
                """);
    }

    @Test
    void table_withAllPods_namesEachThatIsNotMoved() {
        assertThat(Tables.plan(PlanView.of(PLAN, WATCHED, List.of(), true))).endsWith("""
                NOT MOVED   ON  BECAUSE
                shop/web-1  n1  its disruption budget lets no pod go now (calm)
                shop/web-2  n2  its disruption budget lets no pod go now (calm)
                """);
    }

    @Test
    void table_ofAClusterThatIsRight_saysSinceWhenThatIsKnown() {
        var nothing = new MovePlan(NOW.toEpochMilli(), List.of(), List.of(), List.of(), List.of(), List.of());

        assertThat(Tables.plan(PlanView.of(nothing, WATCHED, List.of(), true)))
                .isEqualTo(
                        "read only: this is not carried out. 0 moves, 0 hurt nodes (watched since 2026-11-21T02:12:00Z)\n");
    }

    @Test
    void plan_readBackFromItsJson_isTheSame() {
        var view = PlanView.of(PLAN, WATCHED, List.of(), true);

        assertThat(PlanView.read(view.toJson())).isEqualTo(view);
    }

    @Test
    void plan_ofAnotherVersion_isReadWithoutWhatItDoesNotKnow() throws Exception {
        var view = PlanView.of(PLAN, WATCHED, List.of(), true);
        var earlier = (ObjectNode) new ObjectMapper().readTree(view.toJson());
        earlier.put("unheard-of", 1);
        ((ObjectNode) earlier.at("/moves/0")).remove("check");
        earlier.remove("remarks");

        assertThat(PlanView.read(earlier.toString())).isEqualTo(view);
    }

    @Test
    void table_ofACheckedPlan_showsWhatIsSaidToEachMove() {
        var checked =
                PlanView.of(PLAN, WATCHED, List.of(), false).checked(move -> "of " + move.uid() + ": would be taken");

        assertThat(checked.toTable()).contains("""
                MOVE        FROM  TO  RELIEVES  COST  BECAUSE                                                 EVICTION
                shop/hog-1  n1    n3  100%      2.20  others wait for cpu 42% of the time, 30% because of it  of u1: would be taken
                """);
    }

    @Test
    void openApi_describesEachFieldOfIt() throws Exception {
        var view = new ObjectMapper().readTree(InspectionJson.write(PlanView.of(PLAN, WATCHED, List.of(), true)));
        var described = new ObjectMapper(new YAMLFactory())
                .readTree(getClass().getResourceAsStream("/io/plimsoll/extender/openapi.yaml"))
                .at("/components/schemas/plan/properties");

        assertThat(names(described)).isEqualTo(names(view));
        for (var list : List.of("hurt", "moves", "resizes", "nodes", "keptByReason", "kept")) {
            assertThat(names(described.at("/" + list + "/items/properties")))
                    .as(list)
                    .isEqualTo(names(view.at("/" + list + "/0")));
        }
    }

    private static PodKey pod(String name) {
        return new PodKey("shop", name);
    }

    private static Set<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    }
}
