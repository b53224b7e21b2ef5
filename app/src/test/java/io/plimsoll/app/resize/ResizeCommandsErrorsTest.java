package io.plimsoll.app.resize;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.plimsoll.app.CommandRun;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a user reads when a cluster is not as the commands need it.
class ResizeCommandsErrorsTest {

    private HttpServer api;
    private int code = 404;
    private Path kubeconfig;

    @BeforeEach
    void listen(@TempDir Path folder) throws Exception {
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            var body = "{\"kind\":\"Status\",\"message\":\"said the server\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        api.start();
        kubeconfig = Files.writeString(
                folder.resolve("config"), """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: c, user: u}}]
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: {}}]
                """.formatted(api.getAddress().getPort()));
    }

    @AfterEach
    void end() {
        api.stop(0);
    }

    @Test
    void history_definitionsNotApplied_saysWhatToApply() {
        var run = CommandRun.of("history", "--kubeconfig", kubeconfig.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("plimsoll: the cluster does not know changerecords.plimsoll.io: apply the definitions first,"
                        + " 'kubectl apply --server-side -k manifests/crds'\n");
    }

    @Test
    void recommend_definitionsNotApplied_saysWhatToApply() {
        var run = CommandRun.of("recommend", "--kubeconfig", kubeconfig.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("plimsoll: the cluster does not know workloadrecommendations.plimsoll.io: apply");
    }

    @Test
    void recommend_killsAsYaml_exits2AndSaysWhatThereIs() {
        var run = CommandRun.of("recommend", "--oom", "-o", "yaml", "--kubeconfig", kubeconfig.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--oom tells of changes of a cluster, as a table or as JSON");
    }

    @Test
    void undo_notAllowedToRead_namesTheVerbs() {
        code = 403;

        var run = CommandRun.of("undo", "shop/web-1x", "--kubeconfig", kubeconfig.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("you may not read changerecords.plimsoll.io", "get and list", "said the server");
    }

    @Test
    void undo_withoutANamespace_exits2AndSaysHowAChangeIsNamed() {
        var run = CommandRun.of("undo", "web-1x", "--kubeconfig", kubeconfig.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("NAMESPACE/NAME").contains("web-1x");
    }

    @Test
    void history_workloadWithoutKind_exits2() {
        var run = CommandRun.of("history", "--workload", "web", "--kubeconfig", kubeconfig.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--workload is KIND/NAME");
    }
}
