package io.plimsoll.app.explain;

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

/// An HTTP server that answers any question as a test says, and commands that ask it. Belongs to the test's thread, but
/// for what was asked.
public final class ScriptedInspection implements AutoCloseable {

    /// Method, path with query, and body if there is one.
    public final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    public final StringWriter out = new StringWriter();
    public final StringWriter err = new StringWriter();

    private final HttpServer server;
    private volatile int status = 200;
    private volatile String answer;

    public ScriptedInspection(String answer) throws IOException {
        this.answer = answer;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI() + (body.isEmpty() ? "" : " " + body));
            var bytes = this.answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    /// From now on.
    public void answer(int newStatus, String newAnswer) {
        status = newStatus;
        answer = newAnswer;
    }

    /// Runs a command that asks this server; returns its exit code.
    public int ask(String command, String... arguments) {
        var all = new ArrayList<>(List.of(
                command, "--server=http://127.0.0.1:" + server.getAddress().getPort()));
        all.addAll(List.of(arguments));
        return execute(all.toArray(String[]::new));
    }

    public int execute(String... arguments) {
        return Plimsoll.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /// Nobody listens any more.
    @Override
    public void close() {
        server.stop(0);
    }
}
