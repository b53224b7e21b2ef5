package io.plimsoll.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.plimsoll.app.Plimsoll;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final HttpServer server = newServer();
    private int status = 200;
    private String answer = "NODE  SCORE\nn1    87\n";

    @BeforeEach
    void start() {
        server.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI() + (body.isEmpty() ? "" : " " + body));
            var bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void pod_named_printsTheTable() {
        assertThat(explain("pod", "shop/web-1", "--node", "n 2", "--limit", "5"))
                .isZero();

        assertThat(out).hasToString("NODE  SCORE\nn1    87\n");
        assertThat(asked).containsExactly("GET /inspect/pods/shop/web-1?format=table&limit=5&node=n%202");
    }

    @Test
    void pod_withoutNamespace_isInDefault() {
        explain("pod", "web-1");

        assertThat(asked).containsExactly("GET /inspect/pods/default/web-1?format=table");
    }

    @Test
    void pod_noPodCanHaveThatName_isRefusedWithoutAsking() {
        for (var name : List.of("NONSENSE", "shop/web/1", "shop/", "", "a b")) {
            assertThat(explain("pod", name)).isEqualTo(2);
        }

        assertThat(err.toString()).contains("a pod is named NAMESPACE/NAME, in lower case: NONSENSE");
        assertThat(asked).isEmpty();
    }

    @Test
    void eachQuestion_asJson_asksItsRoute(@TempDir Path folder) throws IOException {
        var manifest = Files.writeString(folder.resolve("pod.yaml"), "kind: Pod");

        explain("node", "n1", "-o", "json");
        explain("nodes", "-o", "json");
        explain("neighbours", "--limit", "2", "-o", "json");
        explain("decisions", "--limit", "3", "-o", "json");
        explain("what-if", manifest.toString(), "-o", "json");

        assertThat(asked)
                .containsExactly(
                        "GET /inspect/nodes/n1?format=json",
                        "GET /inspect/nodes?format=json",
                        "GET /inspect/neighbours?format=json&limit=2",
                        "GET /inspect/decisions?format=json&limit=3",
                        "POST /inspect/what-if?format=json kind: Pod");
    }

    @Test
    void node_unknown_exits1WithTheServersWords() {
        status = 404;
        answer = "{\"error\":\"no node 'n9': GET /inspect/nodes lists them\"}";

        assertThat(explain("node", "n9")).isEqualTo(1);

        assertThat(err).hasToString("plimsoll: no node 'n9': GET /inspect/nodes lists them\n");
    }

    @Test
    void node_foreignServer_saysSo() {
        status = 404;
        answer = "<html>";

        assertThat(explain("node", "n1")).isEqualTo(1);

        assertThat(err.toString()).contains("status 404, and not as Plimsoll does", "--server");
    }

    @Test
    void nodes_nobodyListens_saysWhatToDo() {
        server.stop(0);

        assertThat(explain("nodes")).isEqualTo(1);

        assertThat(err.toString()).contains("is 'plimsoll serve' or the demo running there?");
    }

    @Test
    void explain_wrongCommandLine_exits2() {
        assertThat(explain()).isEqualTo(2);
        assertThat(explain("pod", "a/b/c")).isEqualTo(2);
        assertThat(execute("explain", "nodes", "--server", "localhost:1")).isEqualTo(2);
    }

    private int explain(String... arguments) {
        var all = new ArrayList<String>();
        all.add("explain");
        all.add("--server=http://127.0.0.1:" + server.getAddress().getPort());
        all.addAll(List.of(arguments));
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        return Plimsoll.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private static HttpServer newServer() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
