package io.plimsoll.app.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plimsoll.app.UserError;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Talks to the inspection routes of one extender.
public final class InspectionClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final URI server;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    public InspectionClient(URI server) {
        this.server = server;
    }

    /// @param path below `/inspect`, its parts encoded
    /// @throws UserError when there is no answer, or it is not the one that was asked for
    public String get(String path, Map<String, String> query) {
        return send(HttpRequest.newBuilder(address(path, query)).GET());
    }

    public String post(String path, Map<String, String> query, String body) {
        return send(HttpRequest.newBuilder(address(path, query)).POST(BodyPublishers.ofString(body)));
    }

    public static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private URI address(String path, Map<String, String> query) {
        var base = server.toString().replaceFirst("/+$", "");
        var pairs = new TreeMap<>(query)
                .entrySet().stream()
                        .map(pair -> pair.getKey() + "=" + encoded(pair.getValue()))
                        .collect(Collectors.joining("&"));
        return URI.create(base + "/inspect" + path + (pairs.isEmpty() ? "" : "?" + pairs));
    }

    private String send(HttpRequest.Builder request) {
        try {
            var answer = http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                return answer.body();
            }
            throw UserError.ofRun(problem(answer.statusCode(), answer.body()));
        } catch (IOException e) {
            throw UserError.ofRun(
                    "no answer from " + server + " (" + e.getClass().getSimpleName()
                            + "): is 'plimsoll serve' or the demo running there? --server names another address");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.ofRun("interrupted while waiting for " + server);
        }
    }

    /// The server's own words where it says any.
    private String problem(int status, String body) {
        try {
            var words = new ObjectMapper().readTree(body).path("error").asText("");
            if (!words.isEmpty()) {
                return words;
            }
        } catch (JsonProcessingException e) {
            return server + " answered with status " + status + ", and not as Plimsoll does (" + e.getOriginalMessage()
                    + "); --server names another address";
        }
        return server + " answered with status " + status + ": is it the inspection address of Plimsoll?";
    }

    @Override
    public void close() {
        http.close();
    }
}
