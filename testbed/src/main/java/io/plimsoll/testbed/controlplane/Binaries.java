package io.plimsoll.testbed.controlplane;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The folder with the built components: etcd, kube-apiserver, kubelet and so on, named as upstream names them.
public record Binaries(Path folder) {

    public Binaries {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("no such folder of binaries: " + folder);
        }
    }

    /// Finds the components, building them first when these versions were never built here (minutes).
    ///
    /// @param progress gets each line that the build says
    public static Binaries locateOrBuild(Consumer<String> progress) {
        Prerequisites.requireLinux();
        Path script = TestbedFolder.buildScript();
        try {
            return run(script, progress);
        } catch (IOException e) {
            throw new TestbedException("cannot run " + script, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while building the control plane", e);
        }
    }

    /// The path of a component, for example `kubelet`.
    public Path program(String name) {
        return folder.resolve(name);
    }

    /// All of KWOK's own configuration documents of one kind of folder, for example `stage/pod/fast`.
    List<Path> kwokConfiguration(String kind) {
        Path documents = folder.resolve("kwok-config").resolve(kind);
        try (Stream<Path> files = Files.list(documents)) {
            return files.filter(Binaries::isDocument).sorted().toList();
        } catch (IOException e) {
            throw new TestbedException("cannot read KWOK's configuration in " + documents, e);
        }
    }

    private static boolean isDocument(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".yaml") && !name.equals("kustomization.yaml");
    }

    private static Binaries run(Path script, Consumer<String> progress) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", script.toString())
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .start();
        List<String> said = new ArrayList<>();
        try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
            errors.lines().forEach(line -> {
                said.add(line);
                progress.accept(line);
            });
        }
        String folder = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new TestbedException("the control plane could not be built:\n" + String.join("\n", lastOf(said)));
        }
        return new Binaries(Path.of(folder));
    }

    private static List<String> lastOf(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - 20), lines.size());
    }
}
