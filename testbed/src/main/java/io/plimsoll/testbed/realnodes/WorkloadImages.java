package io.plimsoll.testbed.realnodes;

import io.plimsoll.testbed.controlplane.Prerequisites;
import io.plimsoll.testbed.controlplane.TestbedException;
import io.plimsoll.testbed.controlplane.TestbedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// The images that real nodes run, made here without any registry: the workload program in one layer, under two names
/// with two entry points. The archive is an OCI image layout, which containerd imports.
final class WorkloadImages {
    static final String WORKLOAD = "plimsoll.local/workload:1";
    static final String PAUSE = "plimsoll.local/pause:1";

    private static final String PROGRAM = "workload";
    private static final String TYPE = "application/vnd.oci.image.";

    private final Path directory;
    private final Path blobs;

    private WorkloadImages(Path directory) {
        this.directory = directory;
        this.blobs = directory.resolve("layout/blobs/sha256");
    }

    /// The archive to import: built when these sources were never packed here, else found in the cache.
    static Path cached() throws IOException, InterruptedException {
        Path script = TestbedFolder.buildScript();
        Path sources = script.resolveSibling("../workload").normalize();
        Path cache = TestbedFolder.cache().resolve("workload");
        Path archive = cache.resolve(fingerprint(sources) + "-" + architecture() + ".tar");
        if (!Files.exists(archive)) {
            Files.createDirectories(cache);
            Path work = Files.createTempDirectory(cache, ".build-");
            Files.move(build(sources, work), archive, StandardCopyOption.ATOMIC_MOVE);
            TestbedFolder.delete(work);
        }
        return archive;
    }

    /// Builds the program from its sources and packs it.
    ///
    /// @param sources the Go module of the workload program
    /// @param directory an own directory for everything that is made
    /// @return the archive
    static Path build(Path sources, Path directory) throws IOException, InterruptedException {
        WorkloadImages images = new WorkloadImages(directory);
        Files.createDirectories(images.blobs);
        images.compile(sources);
        return images.pack();
    }

    private static String fingerprint(Path sources) throws IOException {
        try (Stream<Path> entries = Files.list(sources)) {
            StringBuilder all = new StringBuilder();
            for (Path file : entries.filter(Files::isRegularFile).sorted().toList()) {
                all.append(file.getFileName()).append('\n').append(Files.readString(file));
            }
            return sha256(all.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 16);
        }
    }

    private void compile(Path sources) throws IOException, InterruptedException {
        String program = directory.resolve("files").resolve(PROGRAM).toString();
        Command.of(go(), "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", program, ".")
                .in(sources)
                .with("CGO_ENABLED", "0")
                .run();
    }

    static String go() {
        return Stream.of(Prerequisites.locate("go"), "/usr/local/go/bin/go", "/usr/lib/go/bin/go")
                .filter(program -> Files.isExecutable(Path.of(program)))
                .findFirst()
                .orElseThrow(() -> new TestbedException("Go is missing, which builds the workload program: install Go"
                        + " 1.26 or later from https://go.dev/dl/ (unpack it to /usr/local/go)"));
    }

    private Path pack() throws IOException, InterruptedException {
        Blob layer = layer();
        String images =
                image(layer, WORKLOAD, "[\"/workload\"]") + "," + image(layer, PAUSE, "[\"/workload\",\"pause\"]");
        Path layout = directory.resolve("layout");
        Files.writeString(layout.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + images + "]}");
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Path archive = directory.resolve("images.tar");
        tar(layout, archive, List.of("blobs", "index.json", "oci-layout"));
        return archive;
    }

    private Blob layer() throws IOException, InterruptedException {
        Path tar = directory.resolve("layer.tar");
        tar(directory.resolve("files"), tar, List.of(PROGRAM));
        byte[] content = Files.readAllBytes(tar);
        Files.delete(tar);
        return blob(content);
    }

    private String image(Blob layer, String name, String entrypoint) throws IOException {
        Blob configuration =
                blob("""
                    {"architecture":"%s","os":"linux","config":{"Entrypoint":%s},\
                    "rootfs":{"type":"layers","diff_ids":["%s"]}}\
                    """.formatted(architecture(), entrypoint, layer.digest()).getBytes(StandardCharsets.UTF_8));
        Blob manifest = blob("{\"schemaVersion\":2,\"mediaType\":\"%smanifest.v1+json\",\"config\":%s,\"layers\":[%s]}"
                .formatted(TYPE, configuration.as("config.v1+json", ""), layer.as("layer.v1.tar", ""))
                .getBytes(StandardCharsets.UTF_8));
        return manifest.as("manifest.v1+json", ",\"annotations\":{\"io.containerd.image.name\":\"" + name + "\"}");
    }

    private Blob blob(byte[] content) throws IOException {
        String hash = sha256(content);
        Files.write(blobs.resolve(hash), content);
        return new Blob("sha256:" + hash, content.length);
    }

    private record Blob(String digest, long sizeBytes) {
        String as(String type, String more) {
            return "{\"mediaType\":\"%s%s\",\"digest\":\"%s\",\"size\":%d%s}"
                    .formatted(TYPE, type, digest, sizeBytes, more);
        }
    }

    /// The same files give the same bytes, whoever packs them and when.
    private static void tar(Path from, Path archive, List<String> entries) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("tar", "--sort=name", "--owner=0", "--group=0"));
        line.addAll(List.of("--numeric-owner", "--mtime=@0", "-C", from.toString(), "-cf", archive.toString()));
        line.addAll(entries);
        Command.of(line.toArray(String[]::new)).run();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException("this JDK lacks SHA-256, which every JDK must have", e));
        }
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            case String other -> other;
        };
    }
}
