package io.plimsoll.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where the API server lists the objects of each kind, as it tells itself. Immutable.
///
/// A pod names its owner by kind. So a kind is found by that alone, and where two groups have it nobody can tell whose
/// is meant.
final class KindDirectory {

    private static final String DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));

    private final Map<String, List<Place>> places;

    /// @param resource with its group, as rules name it: `rollouts.argoproj.io`
    /// @param path of the list over all namespaces
    record Place(String resource, String path, boolean isScalable) {}

    /// There is no such place, or nobody can tell which.
    static final class NoPlace extends IOException {

        private static final long serialVersionUID = 1;

        NoPlace(String message) {
            super(message);
        }
    }

    private KindDirectory(Map<String, List<Place>> places) {
        this.places = places;
    }

    /// @throws IOException when the server cannot be asked, or is older than Kubernetes 1.30
    static KindDirectory read(ApiServer server) throws IOException {
        var places = new HashMap<String, List<Place>>();
        for (var root : List.of("/api", "/apis")) {
            try (var answer = server.open(root, DISCOVERY, PATIENCE)) {
                for (var group : Json.MAPPER.readTree(answer).path("items")) {
                    ofGroup(group)
                            .forEach((kind, found) -> places.computeIfAbsent(kind, _ -> new ArrayList<>())
                                    .addAll(found));
                }
            }
        }
        return new KindDirectory(places);
    }

    /// Whether there is such a kind at all.
    boolean has(String kind) {
        return places.containsKey(kind);
    }

    /// The one resource of that kind, which can be scaled.
    Place place(String kind) throws NoPlace {
        var found = places.getOrDefault(kind, List.of());
        if (found.size() > 1) {
            throw new NoPlace("the API server has several kinds " + kind + ": "
                    + String.join(
                            ", ", found.stream().map(Place::resource).sorted().toList()));
        }
        if (found.isEmpty() || !found.getFirst().isScalable()) {
            throw new NoPlace("the API server has no kind " + kind + " with a scale subresource");
        }
        return found.getFirst();
    }

    /// By the first version that has a kind: the server names the one that it prefers first.
    private static Map<String, List<Place>> ofGroup(JsonNode group) {
        var places = new HashMap<String, List<Place>>();
        var name = group.path("metadata").path("name").asText();
        for (var version : group.path("versions")) {
            ofVersion(name, version).forEach(places::putIfAbsent);
        }
        return places;
    }

    private static Map<String, List<Place>> ofVersion(String group, JsonNode version) {
        var base = (group.isEmpty() ? "/api" : ApiPath.of("/apis/%s", group))
                + ApiPath.of("/%s", version.path("version").asText());
        var places = new HashMap<String, List<Place>>();
        for (var resource : version.path("resources")) {
            var plural = resource.path("resource").asText();
            places.computeIfAbsent(resource.path("responseKind").path("kind").asText(), _ -> new ArrayList<>())
                    .add(new Place(
                            group.isEmpty() ? plural : plural + "." + group,
                            base + ApiPath.of("/%s", plural),
                            isScalable(resource)));
        }
        return places;
    }

    private static boolean isScalable(JsonNode resource) {
        for (var part : resource.path("subresources")) {
            if (part.path("subresource").asText().equals("scale")) {
                return resource.path("scope").asText().equals("Namespaced");
            }
        }
        return false;
    }
}
