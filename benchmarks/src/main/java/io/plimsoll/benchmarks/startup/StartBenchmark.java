package io.plimsoll.benchmarks.startup;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.plimsoll.testbed.controlplane.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Starts the service from its image's files, in turn with the AOT cache and without, and prints the milliseconds from
/// the start of the process to the first answer and to the end of the warm-up. It is told of its cluster as a pod is,
/// by the environment, but for a token and a certificate, and nothing listens there: what is measured is the service's
/// own part.
///
/// Arguments: `IMAGE [ROUNDS]`, with the tar file that `-Pimage` makes.
public final class StartBenchmark {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path root;
    private final HttpClient http = HttpClient.newHttpClient();

    private StartBenchmark(Path root) {
        this.root = root;
    }

    private record Start(double liveMillis, double warmMillis) {}

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
        var root = Files.createTempDirectory("plimsoll-image");
        try {
            unpack(Path.of(arguments[0]), root);
            new StartBenchmark(root).run(rounds);
        } finally {
            command(List.of("rm", "-rf", root.toString()));
        }
    }

    private static void unpack(Path image, Path root) throws IOException, InterruptedException {
        command(List.of("tar", "-xf", image.toString(), "-C", root.toString()));
        var manifest = new ObjectMapper().readTree(root.resolve("manifest.json").toFile());
        for (var layer : manifest.path(0).path("Layers")) {
            command(List.of("tar", "-xf", root.resolve(layer.asText()).toString(), "-C", root.toString()));
        }
    }

    private static void command(List<String> words) throws IOException, InterruptedException {
        var process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("failed: " + String.join(" ", words));
        }
    }

    private void run(int rounds) throws Exception {
        var with = new ArrayList<Start>();
        var without = new ArrayList<Start>();
        for (int round = 0; round < rounds; round++) {
            with.add(start(true));
            without.add(start(false));
        }
        System.out.println("| AOT cache | first answer, ms (least, median) | warmed up, ms (least, median) |");
        System.out.println("|---|---:|---:|");
        System.out.println(row("yes", with));
        System.out.println(row("no", without));
        System.out.printf(
                Locale.ROOT,
                "%nmedian of the ratios, round by round: %.2f to the first answer, %.2f to the end of the warm-up%n",
                ratio(with, without, true),
                ratio(with, without, false));
    }

    private static String row(String label, List<Start> starts) {
        var live = starts.stream().mapToDouble(Start::liveMillis).sorted().toArray();
        var warm = starts.stream().mapToDouble(Start::warmMillis).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "| %s | %.0f, %.0f | %.0f, %.0f |",
                label,
                live[0],
                live[live.length / 2],
                warm[0],
                warm[warm.length / 2]);
    }

    private static double ratio(List<Start> with, List<Start> without, boolean live) {
        var ratios = new double[with.size()];
        Arrays.setAll(
                ratios,
                i -> live
                        ? with.get(i).liveMillis() / without.get(i).liveMillis()
                        : with.get(i).warmMillis() / without.get(i).warmMillis());
        Arrays.sort(ratios);
        return ratios[ratios.length / 2];
    }

    private Start start(boolean cached) throws Exception {
        int health = FreePorts.next();
        var configuration = root.resolve("serve.yaml");
        Files.writeString(configuration, """
                apiVersion: plimsoll.io/v1alpha1
                kind: ServeConfiguration
                scheduler-port:
                  port: 0
                  drain-millis: 0
                health-port:
                  port: %d
                """.formatted(health));
        var words = new ArrayList<String>();
        words.add(root.resolve("opt/java/bin/java").toString());
        if (cached) {
            // on: ends with an error when the cache does not fit, where the image would go on without.
            words.addAll(List.of("-XX:AOTCache=" + root.resolve("opt/plimsoll/plimsoll.aot"), "-XX:AOTMode=on"));
        }
        words.addAll(List.of(
                "-Duser.home=" + root,
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-Dio.netty.allocator.type=pooled",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Files.readString(root.resolve("opt/plimsoll/class-path")).replace("/app/", root + "/app/"),
                "io.plimsoll.app.Plimsoll",
                "serve",
                "--config",
                configuration.toString()));
        long begin = System.nanoTime();
        var builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "HOME",
                        root.toString(),
                        "KUBERNETES_SERVICE_HOST",
                        "127.0.0.1",
                        "KUBERNETES_SERVICE_PORT",
                        "1"));
        builder.environment().remove("KUBECONFIG");
        var process = builder.start();
        try {
            double live = await(process, begin, health, "/livez", "ok");
            double warm = await(process, begin, health, "/readyz", "[+]warm-up ok");
            return new Start(live, warm);
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private double await(Process process, long begin, int port, String path, String word) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        while (System.nanoTime() - begin < PATIENCE.toNanos() && process.isAlive()) {
            try {
                if (http.send(request, BodyHandlers.ofString()).body().contains(word)) {
                    return (System.nanoTime() - begin) / 1e6;
                }
            } catch (IOException e) {
                // It does not listen yet.
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        throw new IllegalStateException(
                "no answer with '" + word + "' from " + path + ": " + Files.readString(root.resolve("log")));
    }
}
