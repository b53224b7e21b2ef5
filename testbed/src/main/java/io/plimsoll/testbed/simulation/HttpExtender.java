package io.plimsoll.testbed.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plimsoll.model.cluster.PodSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// An extender, asked over HTTP in kube-scheduler's own words: POST, one connection kept alive, only status 200 counts.
final class HttpExtender implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExtenderSettings settings;
    private final HttpClient client;

    HttpExtender(ExtenderSettings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.httpTimeout())
                .build();
    }

    int weight() {
        return settings.weight();
    }

    boolean filters() {
        return !settings.filterVerb().isEmpty();
    }

    /// The names that the extender accepts; nothing when it does not answer.
    Optional<Set<String>> filter(PodSpec pod, Map<String, String> labels, List<String> names) {
        return post(settings.filterVerb(), ExtenderArguments.json(pod, labels, names))
                .filter(answer -> answer.path("Error").asText("").isEmpty())
                .flatMap(answer -> accepted(answer, names));
    }

    /// A name that was not asked for spoils the whole answer, as in kube-scheduler.
    private static Optional<Set<String>> accepted(JsonNode answer, List<String> names) {
        var accepted = new TreeSet<String>();
        answer.path("NodeNames").forEach(name -> accepted.add(name.asText()));
        boolean known = new TreeSet<>(names).containsAll(accepted);
        return known ? Optional.of(accepted) : Optional.empty();
    }

    /// The extender's scores by node; nothing when it does not answer, or one of them is not a whole number.
    Optional<Map<String, Integer>> prioritize(PodSpec pod, Map<String, String> labels, List<String> names) {
        return post(settings.prioritizeVerb(), ExtenderArguments.json(pod, labels, names))
                .flatMap(HttpExtender::scores);
    }

    private static Optional<Map<String, Integer>> scores(JsonNode answer) {
        var scores = new TreeMap<String, Integer>();
        for (var entry : answer) {
            if (!entry.path("Score").isIntegralNumber()) {
                return Optional.empty();
            }
            scores.merge(entry.path("Host").asText(), entry.path("Score").asInt(), Integer::sum);
        }
        return answer.isArray() ? Optional.of(scores) : Optional.empty();
    }

    private Optional<JsonNode> post(String verb, String body) {
        var request = HttpRequest.newBuilder(URI.create(settings.urlPrefix() + "/" + verb))
                .timeout(settings.httpTimeout())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            return read(client.send(request, BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            // An ignorable extender that fails is passed over; the caller counts it.
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> read(HttpResponse<byte[]> response) throws IOException {
        return response.statusCode() == 200 ? Optional.of(JSON.readTree(response.body())) : Optional.empty();
    }

    @Override
    public void close() {
        client.close();
    }

    /// Where several names stand in one answer, kept in their order.
    static List<String> names(List<SchedulableNode> nodes) {
        var names = new ArrayList<String>(nodes.size());
        nodes.forEach(node -> names.add(node.name()));
        return names;
    }
}
