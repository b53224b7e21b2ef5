package io.plimsoll.testbed.realnodes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// The kernel settings that a kubelet changes for the whole machine, kept when the first real node starts and
/// put back when the last one is gone. They lie where a reboot removes them, as it does the changes. Whoever
/// asks for either holds the {@link MachineLock}.
final class KernelSettings {
    private static final Path SETTINGS = Path.of("/proc/sys");
    private static final Path KEPT = Path.of("/run/plimsoll-kernel-settings");
    private static final List<String> CHANGED = List.of(
            "vm/overcommit_memory",
            "vm/panic_on_oom",
            "kernel/panic",
            "kernel/panic_on_oops",
            "kernel/keys/root_maxkeys",
            "kernel/keys/root_maxbytes");

    private static final int VALUE_BYTES_MAX = 256;

    private KernelSettings() {}

    static boolean areKept() {
        return Files.exists(KEPT);
    }

    static void keep() throws IOException {
        if (areKept()) {
            return;
        }
        List<String> lines = new ArrayList<>();
        for (String setting : CHANGED) {
            lines.add(setting + " " + read(SETTINGS.resolve(setting)));
        }
        Path draft = Files.createTempFile(KEPT.getParent(), "plimsoll-kernel-settings", ".new");
        Files.write(draft, lines);
        Files.move(draft, KEPT, StandardCopyOption.ATOMIC_MOVE);
    }

    static void putBack() throws IOException {
        if (!areKept()) {
            return;
        }
        for (String line : Files.readAllLines(KEPT)) {
            String[] words = line.split(" ");
            putBack(SETTINGS.resolve(words[0]), words[1]);
        }
        Files.delete(KEPT);
    }

    private static void putBack(Path setting, String value) throws IOException {
        if (!read(setting).equals(value)) {
            Files.writeString(setting, value);
        }
    }

    /// The kernel gives a setting's value to the first read alone, and `Files.readString` reads one byte first: it
    /// would make 1 of 10.
    private static String read(Path setting) throws IOException {
        try (InputStream in = Files.newInputStream(setting)) {
            return new String(in.readNBytes(VALUE_BYTES_MAX), StandardCharsets.US_ASCII).strip();
        }
    }
}
