package io.plimsoll.benchmarks.rebalancing.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;

/// The requests for evictions that the API server has written into its audit log.
///
/// @param answers how many requests were answered with which code, those of dry runs apart
/// @param takenTwice the uids of pods of which more than one eviction was taken
record EvictionRequests(TreeMap<String, Integer> answers, List<String> takenTwice) {

    private static final JsonMapper JSON = new JsonMapper();

    private static final String POLICY = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules:
            - level: Request
              verbs: [create]
              resources: [{group: "", resources: [pods/eviction]}]
            - level: None
            """;

    /// The flags that have an API server write them there.
    static List<String> flags(Path folder) throws IOException {
        var policy = Files.writeString(folder.resolve("audit-policy.yaml"), POLICY);
        return List.of("--audit-policy-file=" + policy, "--audit-log-path=" + log(folder));
    }

    private static Path log(Path folder) {
        return folder.resolve("audit.log");
    }

    /// @param user whose requests
    static EvictionRequests of(Path folder, String user) {
        var answers = new TreeMap<String, Integer>();
        var taken = new HashMap<String, Integer>();
        for (var request : read(folder)) {
            if (!request.at("/user/username").asText().equals(user)) {
                continue;
            }
            boolean isDry = isDry(request);
            int code = request.at("/responseStatus/code").asInt();
            answers.merge((isDry ? "dry run " : "eviction ") + code, 1, Integer::sum);
            if (!isDry && code / 100 == 2) {
                taken.merge(uid(request), 1, Integer::sum);
            }
        }
        var twice = taken.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .map(entry -> entry.getKey())
                .sorted()
                .toList();
        return new EvictionRequests(answers, twice);
    }

    private static boolean isDry(JsonNode request) {
        return request.path("requestURI").asText().contains("dryRun")
                || !request.at("/requestObject/deleteOptions/dryRun").isMissingNode();
    }

    private static String uid(JsonNode request) {
        var named = request.at("/objectRef/namespace").asText() + "/"
                + request.at("/objectRef/name").asText();
        return request.at("/requestObject/deleteOptions/preconditions/uid").asText(named);
    }

    private static List<JsonNode> read(Path folder) {
        var requests = new ArrayList<JsonNode>();
        try (var lines = Files.lines(log(folder))) {
            lines.forEach(line -> {
                try {
                    requests.add(JSON.readTree(line));
                } catch (JsonProcessingException e) {
                    // The last line of an API server that was killed.
                    System.err.println("not read: " + line);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return requests;
    }
}
