package io.plimsoll.app.resize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecommendationViewTest {

    @Test
    void table_ofARecommendation_saysWhatItAsksForAndShouldAskFor() throws Exception {
        assertThat(RecommendationView.table(List.of(recommendation("Deployment"))))
                .isEqualTo("""
                        NAMESPACE  WORKLOAD        CONTAINER  CPU           MEMORY       TRUST  WHY
                        shop       Deployment/web  main       1000m → 150m  none → 96Mi  80 %   it uses less
                        """);
    }

    @Test
    void patch_ofADeployment_changesItsTemplatesRequestsAndNoMore() throws Exception {
        var patch = new YAMLMapper().readTree(RecommendationView.patches(List.of(recommendation("Deployment"))));

        assertThat(patch).isEqualTo(new ObjectMapper().readTree("""
                        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"},
                         "spec": {"template": {"spec": {"containers": [
                           {"name": "main", "resources": {"requests": {"cpu": "150m", "memory": "96Mi"}}}]}}}}
                        """));
    }

    @Test
    void patch_whereThePolicyMovesLimits_hasThemBesideTheRequests() throws Exception {
        var recommendation = recommendation("Deployment");
        ((ObjectNode) recommendation.at("/status/containers/0"))
                .putObject("limits")
                .put("memory", "192Mi");

        var patch = new YAMLMapper().readTree(RecommendationView.patches(List.of(recommendation)));

        assertThat(patch.at("/spec/template/spec/containers/0/resources")).isEqualTo(new ObjectMapper().readTree("""
                        {"requests": {"cpu": "150m", "memory": "96Mi"}, "limits": {"memory": "192Mi"}}
                        """));
    }

    @Test
    void patch_ofAnInitContainer_goesAmongTheInitContainers() throws Exception {
        var recommendation = (ObjectNode) recommendation("Deployment");
        ((ObjectNode) recommendation.at("/status/containers/0")).put("init", true);

        var podSpec = new YAMLMapper()
                .readTree(RecommendationView.patches(List.of(recommendation)))
                .at("/spec/template/spec");

        assertThat(podSpec.at("/initContainers/0/name").asText()).isEqualTo("main");
        assertThat(podSpec.has("containers")).isFalse();
    }

    @Test
    void patch_ofACronJob_goesIntoItsJobsTemplate() throws Exception {
        var patch = new YAMLMapper().readTree(RecommendationView.patches(List.of(recommendation("CronJob"))));

        assertThat(patch.path("apiVersion").asText()).isEqualTo("batch/v1");
        assertThat(patch.at("/spec/jobTemplate/spec/template/spec/containers/0/name")
                        .asText())
                .isEqualTo("main");
    }

    /// A Job's template cannot be changed.
    @Test
    void patch_ofAJob_isAComment() throws Exception {
        assertThat(RecommendationView.patches(List.of(recommendation("Job"))))
                .isEqualTo("# Job/web: left out, since its template cannot be changed, or is not known here\n");
    }

    private static JsonNode recommendation(String kind) throws Exception {
        return new ObjectMapper().readTree("""
                {"metadata": {"namespace": "shop", "name": "x"}, "spec": {"workload": {"kind": "%s", "name": "web"}},
                 "status": {"containers": [{"container": "main", "current": {"cpu": "1"},
                   "target": {"cpu": "150m", "memory": "96Mi"}, "confidencePercent": 80, "message": "it uses less"}]}}
                """.formatted(kind));
    }
}
