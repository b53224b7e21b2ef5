package io.plimsoll.extender.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.plimsoll.extender.inspection.RegimeInspection.StateView;
import io.plimsoll.extender.inspection.RegimeInspection.WorkloadView;
import io.plimsoll.model.regime.RegimeView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RegimeInspectionTest {

    private static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");
    private static final StateView QUIET = new StateView(
            "off-peak",
            0.91,
            Instant.parse("2026-11-22T17:00:00Z"),
            Optional.of(Instant.parse("2026-11-23T08:00:00Z")),
            "load is low at this hour as a rule");
    private static final RegimeInspection KNOWN = new RegimeInspection(
            QUIET,
            Optional.of(NOW),
            Map.of("off-peak", 1),
            List.of(new WorkloadView(
                    "shop/Deployment/web", new StateView("unknown", 0, NOW, Optional.empty(), "no rhythm"))));

    @Test
    void table_ofAKnownCluster_saysSinceWhenUntilWhenAndWhy() {
        assertThat(Tables.regime(KNOWN)).isEqualTo("""
                OF                   REGIME    CONFIDENCE  SINCE                 UNTIL                 BECAUSE
                the cluster          off-peak  0.91        2026-11-22T17:00:00Z  2026-11-23T08:00:00Z  load is low at this hour as a rule
                shop/Deployment/web  unknown   0.00        2026-11-23T03:00:00Z  ?                     no rhythm

                next off-peak of the cluster: 2026-11-23T03:00:00Z
                workloads: 1 off-peak
                """);
    }

    @Test
    void table_nothingIsKnown_saysSo() {
        assertThat(Tables.regime(RegimeInspection.of(RegimeView.NOTHING, NOW, 10)))
                .contains("unknown", "nothing was measured yet", "next off-peak of the cluster: not known")
                .endsWith("workloads: 0 peak, 0 off-peak, 0 unknown\n");
    }

    @Test
    void openApi_describesEachFieldOfIt() throws Exception {
        var view = new ObjectMapper().readTree(InspectionJson.write(KNOWN));
        var schemas = new ObjectMapper(new YAMLFactory())
                .readTree(getClass().getResourceAsStream("/io/plimsoll/extender/openapi.yaml"))
                .at("/components/schemas");

        assertThat(names(schemas.at("/regime/properties"))).isEqualTo(names(view));
        assertThat(names(schemas.at("/regimeState/properties"))).isEqualTo(names(view.at("/cluster")));
        assertThat(names(schemas.at("/regime/properties/workloads/items/properties")))
                .isEqualTo(names(view.at("/workloads/0")));
    }

    private static Set<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    }
}
