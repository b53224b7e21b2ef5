package io.plimsoll.app.resize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KustomizeComponentTest {

    private static final String FILE = "shop_deployment-web.yaml";

    @TempDir
    private Path folder;

    @Test
    void workload_writtenOut_isAPatchThatTheComponentNames() throws Exception {
        var done = write(recommendation("web", "template: [{container: main, requests: {cpu: 150m}}]"));

        assertThat(done).containsExactly("written " + FILE, "written kustomization.yaml");
        assertThat(yaml(FILE)).isEqualTo(new ObjectMapper().readTree("""
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"},
                 "spec": {"template": {"spec": {"containers": [
                   {"name": "main", "resources": {"requests": {"cpu": "150m"}}}]}}}}
                """));
        assertThat(yaml("kustomization.yaml")).isEqualTo(new ObjectMapper().readTree("""
                {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component",
                 "patches": [{"path": "shop_deployment-web.yaml"}]}
                """));
    }

    /// Among the containers, its name would make a further one.
    @Test
    void sidecar_writtenOut_isPatchedAmongTheInitContainers() throws Exception {
        write(recommendation("web", "template: [{container: side, init: true, requests: {memory: 64Mi}}]"));

        assertThat(yaml(FILE).at("/spec/template/spec")).isEqualTo(new ObjectMapper().readTree("""
                {"initContainers": [{"name": "side", "resources": {"requests": {"memory": "64Mi"}}}]}
                """));
    }

    @Test
    void component_writtenAgain_isUnchanged() throws Exception {
        var web = recommendation("web", "template: [{container: main, requests: {cpu: 150m}}]");
        write(web);

        assertThat(write(web)).containsExactly("unchanged " + FILE, "unchanged kustomization.yaml");
    }

    /// After a restart too little may be known for a while: the pods must not fall back to their first guess.
    @Test
    void workload_ofWhichNothingIsWrittenOutForNow_keepsItsPatch() throws Exception {
        write(recommendation("web", "template: [{container: main, requests: {cpu: 150m}}]"));

        var done = write(recommendation("web", "message: too little is known"));

        assertThat(done).containsExactly("unchanged kustomization.yaml");
        assertThat(folder.resolve(FILE)).exists();
    }

    @Test
    void workload_thatIsGone_losesItsPatchAndNobodyElsesFile() throws Exception {
        write(recommendation("web", "template: [{container: main, requests: {cpu: 150m}}]"));
        Files.writeString(folder.resolve("own.yaml"), "kind: ConfigMap\n");

        var done = write();

        assertThat(done)
                .containsExactly(
                        "deleted " + FILE + ": nothing is recommended for its workload any more",
                        "written kustomization.yaml");
        assertThat(folder.resolve(FILE)).doesNotExist();
        assertThat(folder.resolve("own.yaml")).exists();
        assertThat(yaml("kustomization.yaml").path("patches")).isEmpty();
    }

    @Test
    void kustomization_ofSomebodyElse_isNotWrittenOver() throws Exception {
        Files.writeString(folder.resolve("kustomization.yaml"), "resources: [web.yaml]\n");
        var web = recommendation("web", "template: [{container: main, requests: {cpu: 150m}}]");

        assertThatThrownBy(() -> write(web))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("kustomization.yaml is somebody else's")
                .hasMessageContaining("name a folder of its own");
        assertThat(folder.resolve(FILE)).doesNotExist();
    }

    private List<String> write(JsonNode... recommendations) throws IOException {
        return new KustomizeComponent(folder).write(List.of(recommendations));
    }

    private JsonNode yaml(String file) throws IOException {
        return new YAMLMapper().readTree(Files.readString(folder.resolve(file)));
    }

    private static JsonNode recommendation(String name, String status) throws IOException {
        return new YAMLMapper().readTree("""
                {metadata: {namespace: shop, name: deployment-%1$s}, spec: {workload: {kind: Deployment, name: %1$s}},
                 status: {%2$s}}""".formatted(name, status));
    }
}
