package io.plimsoll.app.serve;

import io.fabric8.kubernetes.client.Config;
import io.plimsoll.app.UserError;
import io.plimsoll.app.yaml.YamlNode;
import io.plimsoll.app.yaml.YamlNode.Listing;
import io.plimsoll.app.yaml.YamlNode.Mapping;
import io.plimsoll.app.yaml.YamlNode.Scalar;
import io.plimsoll.app.yaml.YamlSyntaxException;
import io.plimsoll.app.yaml.YamlText;
import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Which cluster is watched and as whom: the kubeconfig that was named, else `$KUBECONFIG`, else `~/.kube/config`, else
/// the service account of the pod that this runs in.
///
/// The client library reads all of these too, but takes what is missing or misspelt for the cluster
/// `kubernetes.default.svc`. So a kubeconfig is checked before: its syntax, its current context, and that context's
/// cluster.
///
/// @param given the kubeconfig that the settings or the command line name
/// @param origin what names it there, for messages
/// @param home the user's home folder
public record ClusterAccess(Optional<Path> given, String origin, Map<String, String> environment, Path home) {

    private static final String VARIABLE = "KUBECONFIG";
    private static final String OTHERWISE =
            "name another one with --kubeconfig FILE or in KUBECONFIG, or run in a pod with a service account";

    public static ClusterAccess of(Optional<Path> given, String origin) {
        return new ClusterAccess(given, origin, System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /// @throws UserError when no cluster is named, or a kubeconfig does not name one
    public Config config() {
        return given.map(file -> read(file, origin)).orElseGet(this::found);
    }

    private Config found() {
        var variable = environment.getOrDefault(VARIABLE, "");
        if (!variable.isBlank()) {
            return ofVariable(variable);
        }
        var standard = home.resolve(".kube").resolve("config");
        if (Files.exists(standard)) {
            return read(standard, "the kubeconfig");
        }
        if (environment.containsKey("KUBERNETES_SERVICE_HOST")) {
            return Config.autoConfigure(null);
        }
        throw UserError.ofInput("no cluster is named, and there is no " + standard
                + ": give --kubeconfig FILE, set KUBECONFIG, or run in a pod with a service account");
    }

    /// Of several files only those count that are there, as for kubectl; the library merges them.
    private static Config ofVariable(String variable) {
        var there = Stream.of(variable.split(File.pathSeparator))
                .filter(name -> !name.isBlank())
                .map(Path::of)
                .filter(Files::exists)
                .toList();
        if (there.isEmpty()) {
            throw UserError.ofInput(VARIABLE + " names " + variable
                    + ", which is not there: correct it, or unset it for ~/.kube/config,"
                    + " or give --kubeconfig FILE");
        }
        return there.size() == 1 ? read(there.getFirst(), VARIABLE) : merged(variable);
    }

    private static Config merged(String variable) {
        var config = Config.autoConfigure(null);
        if (config.getCurrentContext() == null) {
            throw UserError.ofInput(VARIABLE + ": none of " + variable
                    + " says which of its contexts is meant: run 'kubectl config use-context NAME'");
        }
        return config;
    }

    private static Config read(Path file, String origin) {
        try {
            requireCluster(file, YamlText.read(file.toString(), Files.readString(file)));
            return Config.fromKubeconfig(file.toFile());
        } catch (IOException e) {
            throw UserError.ofInput(origin + ": cannot read " + file.toAbsolutePath() + ": " + cause(e));
        } catch (YamlSyntaxException e) {
            throw UserError.ofInput(origin + ": " + e.place() + ": " + e.getMessage());
        } catch (IllegalArgumentException e) {
            // The library's message is many lines of which the first says what is wrong.
            var first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw UserError.ofInput(origin + ": " + file + " is no kubeconfig: " + first);
        }
    }

    /// Of these the library says the file's name alone.
    private static String cause(IOException e) {
        return switch (e) {
            case NoSuchFileException none -> "there is no such file";
            case AccessDeniedException denied -> "you may not read it";
            default -> String.valueOf(e.getMessage());
        };
    }

    private static void requireCluster(Path file, List<YamlNode> documents) {
        if (documents.size() != 1 || !(documents.getFirst() instanceof Mapping root)) {
            throw UserError.ofInput(file + " is no kubeconfig: it must hold one YAML object; " + OTHERWISE);
        }
        var current = root.scalar("current-context")
                .map(Scalar::text)
                .orElseThrow(() -> UserError.ofInput(file + " has no current-context: run"
                        + " 'kubectl config use-context NAME', or give another file"));
        var cluster = named(root, "contexts", current)
                .flatMap(context -> child(context, "context"))
                .flatMap(context -> context.scalar("cluster"))
                .map(Scalar::text)
                .orElseThrow(() -> UserError.ofInput(file + ": its current-context '" + current
                        + "' is none of its contexts, or names no cluster: run 'kubectl config use-context NAME'"));
        boolean hasServer = named(root, "clusters", cluster)
                .flatMap(found -> child(found, "cluster"))
                .flatMap(found -> found.scalar("server"))
                .isPresent();
        if (!hasServer) {
            throw UserError.ofInput(file + ": it has no cluster '" + cluster
                    + "' with a server, which its current-context '" + current + "' asks for");
        }
    }

    private static Optional<Mapping> named(Mapping root, String list, String name) {
        return root.get(list).filter(Listing.class::isInstance).map(Listing.class::cast).stream()
                .flatMap(listing -> listing.items().stream())
                .filter(Mapping.class::isInstance)
                .map(Mapping.class::cast)
                .filter(item -> item.scalar("name")
                        .filter(text -> text.text().equals(name))
                        .isPresent())
                .findFirst();
    }

    private static Optional<Mapping> child(Mapping parent, String key) {
        return parent.get(key).filter(Mapping.class::isInstance).map(Mapping.class::cast);
    }
}
