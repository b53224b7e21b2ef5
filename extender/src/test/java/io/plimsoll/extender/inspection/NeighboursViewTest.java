package io.plimsoll.extender.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.neighbour.Blame;
import io.plimsoll.model.neighbour.Contention;
import io.plimsoll.model.neighbour.Episode;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.neighbour.Pressure;
import io.plimsoll.model.neighbour.Suspicion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NeighboursViewTest {

    private static final Instant NOW = Instant.parse("2026-11-21T03:12:00Z");
    private static final Owner HOG = new Owner("shop", "Deployment", "hog");
    private static final Neighbours NEIGHBOURS = new Neighbours(
            List.of(new Episode(
                    "n1",
                    Contention.CPU,
                    new Pressure(0.42, Pressure.Tier.STALLS, NOW.toEpochMilli()),
                    0.40,
                    NOW.minusSeconds(90).toEpochMilli(),
                    List.of(new Blame(HOG, 0.75, 0.9)))),
            List.of(
                    new Suspicion(HOG, Contention.CPU, 0.81, 12.5, 4.2, 2, 0.2, 0.9, true, true),
                    new Suspicion(
                            new Owner("shop", "Deployment", "db"),
                            Contention.CPU,
                            0.01,
                            1,
                            0,
                            0,
                            0,
                            0,
                            true,
                            OptionalLong.empty(),
                            OptionalDouble.of(2.1))));

    @Test
    void table_ofAnEpisode_saysWhoseDoingItIsAndWhatIsUnexplained() {
        var table = Tables.neighbours(NeighboursView.of(NEIGHBOURS, 20));

        assertThat(table).isEqualTo("""
                NODE  WAITS FOR  PRESSURE  RISE  READ FROM  SINCE                 BECAUSE OF
                n1    cpu        42%       40%   stalls     2026-11-21T03:10:30Z  75% shop/Deployment/hog, 25% unexplained

                WORKLOAD             OF   BAD NEIGHBOUR  GRADE  COEFFICIENT  SIGNIFICANCE  BLAMED  NODES  WORST  SUFFERS
                shop/Deployment/hog  cpu  yes            D      0.81         12.50         4.20    2      0.90   ?
                shop/Deployment/db   cpu  no             A      0.01         1.00          0.00    0      0.00   2.10x
                """);
    }

    @Test
    void table_ofAQuietCluster_saysSo() {
        assertThat(Tables.neighbours(NeighboursView.of(Neighbours.NONE, 20)))
                .startsWith("no node is under more pressure than usual\n");
    }

    @Test
    void openApi_describesEachFieldOfIt() throws Exception {
        var view = new ObjectMapper().readTree(InspectionJson.write(NeighboursView.of(NEIGHBOURS, 20)));
        var described = new ObjectMapper(new YAMLFactory())
                .readTree(getClass().getResourceAsStream("/io/plimsoll/extender/openapi.yaml"))
                .at("/components/schemas/neighbours/properties");

        assertThat(names(described)).isEqualTo(names(view));
        assertThat(names(described.at("/episodes/items/properties"))).isEqualTo(names(view.at("/episodes/0")));
        assertThat(names(described.at("/episodes/items/properties/blames/items/properties")))
                .isEqualTo(names(view.at("/episodes/0/blames/0")));
        assertThat(names(described.at("/workloads/items/properties"))).isEqualTo(names(view.at("/workloads/0")));
    }

    private static Set<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    }
}
