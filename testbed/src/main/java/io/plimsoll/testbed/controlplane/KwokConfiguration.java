package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// KWOK's configuration: its own life cycles of nodes and pods, and what it simulates here: usage
/// (`kwok-usage.yaml`) and resizes (`kwok-resize.yaml`).
final class KwokConfiguration {
    private static final List<String> LIFE_CYCLES =
            List.of("stage/node/fast", "stage/node/heartbeat-with-lease", "stage/pod/fast");

    private KwokConfiguration() {}

    static Path write(Binaries binaries, Path folder) {
        Path file = folder.resolve("kwok.yaml");
        try {
            List<String> documents = new ArrayList<>();
            for (String part : LIFE_CYCLES) {
                for (Path document : binaries.kwokConfiguration(part)) {
                    documents.add(Files.readString(document).strip());
                }
            }
            documents.add(Resources.text("kwok-usage.yaml").strip());
            documents.add(Resources.text("kwok-resize.yaml").strip());
            Files.writeString(file, String.join("\n---\n", documents) + "\n");
            return file;
        } catch (IOException e) {
            throw new TestbedException("cannot write KWOK's configuration " + file, e);
        }
    }
}
