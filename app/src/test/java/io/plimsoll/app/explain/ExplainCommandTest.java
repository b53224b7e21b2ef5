package io.plimsoll.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {

    @SuppressWarnings("NullAway.Init")
    private ScriptedInspection inspection;

    @BeforeEach
    void start() throws IOException {
        inspection = new ScriptedInspection("NODE  SCORE\nn1    87\n");
    }

    @AfterEach
    void stop() {
        inspection.close();
    }

    @Test
    void pod_named_printsTheTable() {
        assertThat(explain("pod", "shop/web-1", "--node", "n 2", "--limit", "5"))
                .isZero();

        assertThat(inspection.out).hasToString("NODE  SCORE\nn1    87\n");
        assertThat(inspection.asked).containsExactly("GET /inspect/pods/shop/web-1?format=table&limit=5&node=n%202");
    }

    @Test
    void pod_withoutNamespace_isInDefault() {
        explain("pod", "web-1");

        assertThat(inspection.asked).containsExactly("GET /inspect/pods/default/web-1?format=table");
    }

    @Test
    void pod_noPodCanHaveThatName_isRefusedWithoutAsking() {
        for (var name : List.of("NONSENSE", "shop/web/1", "shop/", "", "a b")) {
            assertThat(explain("pod", name)).isEqualTo(2);
        }

        assertThat(inspection.err.toString()).contains("a pod is named NAMESPACE/NAME, in lower case: NONSENSE");
        assertThat(inspection.asked).isEmpty();
    }

    @Test
    void eachQuestion_asJson_asksItsRoute(@TempDir Path folder) throws IOException {
        var manifest = Files.writeString(folder.resolve("pod.yaml"), "kind: Pod");

        explain("node", "n1", "-o", "json");
        explain("nodes", "-o", "json");
        explain("neighbours", "--limit", "2", "-o", "json");
        explain("regime", "--limit", "2", "-o", "json");
        explain("regime", "--all", "-o", "json");
        explain("decisions", "--limit", "3", "-o", "json");
        explain("what-if", manifest.toString(), "-o", "json");

        assertThat(inspection.asked)
                .containsExactly(
                        "GET /inspect/nodes/n1?format=json",
                        "GET /inspect/nodes?format=json",
                        "GET /inspect/neighbours?format=json&limit=2",
                        "GET /inspect/regime?format=json&limit=2",
                        "GET /inspect/regime?all=true&format=json",
                        "GET /inspect/decisions?format=json&limit=3",
                        "POST /inspect/what-if?format=json kind: Pod");
    }

    @Test
    void node_unknown_exits1WithTheServersWords() {
        inspection.answer(404, "{\"error\":\"no node 'n9': GET /inspect/nodes lists them\"}");

        assertThat(explain("node", "n9")).isEqualTo(1);

        assertThat(inspection.err).hasToString("plimsoll: no node 'n9': GET /inspect/nodes lists them\n");
    }

    @Test
    void node_foreignServer_saysSo() {
        inspection.answer(404, "<html>");

        assertThat(explain("node", "n1")).isEqualTo(1);

        assertThat(inspection.err.toString()).contains("status 404, and not as Plimsoll does", "--server");
    }

    @Test
    void nodes_nobodyListens_saysWhatToDo() {
        inspection.close();

        assertThat(explain("nodes")).isEqualTo(1);

        assertThat(inspection.err.toString()).contains("is 'plimsoll serve' or the demo running there?");
    }

    @Test
    void explain_wrongCommandLine_exits2() {
        assertThat(explain()).isEqualTo(2);
        assertThat(explain("pod", "a/b/c")).isEqualTo(2);
        assertThat(inspection.execute("explain", "nodes", "--server", "localhost:1"))
                .isEqualTo(2);
    }

    private int explain(String... arguments) {
        return inspection.ask("explain", arguments);
    }
}
