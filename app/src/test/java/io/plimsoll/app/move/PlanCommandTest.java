package io.plimsoll.app.move;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.plimsoll.app.Plimsoll;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlanCommandTest {

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private int status = 200;
    private String answer = "read only: nobody carries it out. 0 moves, 0 hurt nodes\n";

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
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
    void plan_asIsAndWithAll_asksTheInspection() {
        assertThat(plan()).isZero();
        assertThat(plan("--all", "-o", "json")).isZero();

        assertThat(out.toString()).startsWith("read only: nobody carries it out. 0 moves, 0 hurt nodes\n");
        assertThat(asked).containsExactly("GET /inspect/plan?format=table", "GET /inspect/plan?all=true&format=json");
    }

    @Test
    void plan_pictureTooOld_exits1WithTheServersWords() {
        status = 503;
        answer = "{\"error\":\"the picture of the cluster is 200 s old\"}";

        assertThat(plan()).isEqualTo(1);

        assertThat(err).hasToString("plimsoll: the picture of the cluster is 200 s old\n");
    }

    @Test
    void plan_nobodyListens_exits1AndSaysWhatToDo() {
        server.stop(0);

        assertThat(plan()).isEqualTo(1);

        assertThat(err.toString()).contains("is 'plimsoll serve' or the demo running there?");
    }

    @Test
    void plan_ofAnAddressThatIsNone_exits2() {
        assertThat(execute("plan", "--server", "localhost:1")).isEqualTo(2);
    }

    private int plan(String... arguments) {
        var all = new ArrayList<>(List.of(
                "plan", "--server=http://127.0.0.1:" + server.getAddress().getPort()));
        all.addAll(List.of(arguments));
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        return Plimsoll.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
