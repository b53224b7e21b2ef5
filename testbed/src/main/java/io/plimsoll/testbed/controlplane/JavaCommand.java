package io.plimsoll.testbed.controlplane;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The command line of a further JVM: this one's Java, with this one's class path.
public final class JavaCommand {

    private JavaCommand() {}

    /// @param options of the JVM
    public static List<String> of(List<String> options, Class<?> main, List<String> arguments) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Stream.of(
                        List.of(java),
                        options,
                        List.of("-cp", System.getProperty("java.class.path"), main.getName()),
                        arguments)
                .flatMap(List::stream)
                .toList();
    }
}
