package io.plimsoll.app.resize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.model.cluster.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// A folder in somebody's repository that holds patches of workloads as a Kustomize component:
///
///     plimsoll/kustomization.yaml          kind: Component, names the patches
///     plimsoll/shop_deployment-web.yaml    one strategic merge patch a workload
///
/// A kustomization takes it over with `components: [../plimsoll]`.
///
/// Only files that begin with [#MARK] are written over, listed or deleted; whatever else is there stays. A file whose
/// workload has a recommendation, but nothing to be written out for now, stays too: what was learned is not forgotten
/// because a process has started anew. Equal input leaves equal files, so nothing is committed in vain.
final class KustomizeComponent {

    static final String MARK = "# Written by plimsoll recommend --kustomize: changes by hand are lost.\n";
    private static final String KUSTOMIZATION = "kustomization.yaml";

    private final Path folder;

    KustomizeComponent(Path folder) {
        this.folder = folder;
    }

    /// Brings the folder to what was recommended, and says what was done, a line a file.
    ///
    /// @param recommendations all that there are, those without anything to be written out too
    List<String> write(List<JsonNode> recommendations) throws IOException {
        Files.createDirectories(folder);
        requireOwn(folder.resolve(KUSTOMIZATION));
        var done = new ArrayList<String>();
        var known = new TreeSet<String>();
        var patches = new TreeMap<String, String>();
        for (var recommendation : recommendations) {
            var file = file(recommendation);
            known.add(file);
            if (RecommendationView.isWrittenOut(recommendation)) {
                patches.put(file, MARK + RecommendationView.patch(recommendation));
            }
        }
        for (var patch : patches.entrySet()) {
            done.add(put(patch.getKey(), patch.getValue()));
        }
        for (var file : own()) {
            if (!known.contains(file)) {
                Files.delete(folder.resolve(file));
                done.add("deleted " + file + ": nothing is recommended for its workload any more");
            }
        }
        done.add(put(KUSTOMIZATION, kustomization(own())));
        return done;
    }

    private String put(String name, String text) throws IOException {
        var file = folder.resolve(name);
        requireOwn(file);
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return "unchanged " + name;
        }
        Files.writeString(file, text);
        return "written " + name;
    }

    private static void requireOwn(Path file) throws IOException {
        if (Files.exists(file) && !isOwn(file)) {
            throw new IOException(file + " is somebody else's: it does not begin with '" + MARK.strip()
                    + "'; name a folder of its own");
        }
    }

    private static boolean isOwn(Path file) throws IOException {
        return Files.readString(file).startsWith(MARK);
    }

    /// Names of the patches that are there.
    private List<String> own() throws IOException {
        var own = new ArrayList<String>();
        try (var files = Files.newDirectoryStream(folder, "*.yaml")) {
            for (var file : files) {
                if (!file.endsWith(KUSTOMIZATION) && isOwn(file)) {
                    own.add(String.valueOf(file.getFileName()));
                }
            }
        }
        own.sort(null);
        return own;
    }

    /// Names of workloads are names of files too; no name holds the character between namespace and workload.
    private static String file(JsonNode recommendation) {
        var namespace = recommendation.path("metadata").path("namespace").asText();
        var workload = recommendation.path("spec").path("workload");
        var owner = new Owner(
                namespace, workload.path("kind").asText(), workload.path("name").asText());
        return (namespace + "_" + ApiRecommendations.name(owner) + ".yaml").replace('/', '_');
    }

    private static String kustomization(List<String> patches) throws IOException {
        var json = new ObjectMapper().createObjectNode();
        json.put("apiVersion", "kustomize.config.k8s.io/v1alpha1").put("kind", "Component");
        var list = json.putArray("patches");
        patches.forEach(patch -> list.addObject().put("path", patch));
        return MARK + new YAMLMapper().writeValueAsString(json);
    }
}
