package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// What this machine must have before the testbed can start, and how to get what it lacks.
///
/// As root on Debian or a descendant, missing packages are named and then installed; elsewhere they are only named.
public final class Prerequisites {
    private static final List<Path> PROGRAM_FOLDERS = List.of(
            Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"), Path.of("/sbin"), Path.of("/usr/local/bin"));

    private Prerequisites() {}

    /// A program of the machine and the Debian package that brings it.
    public record Program(String name, String debianPackage) {}

    /// Prometheus comes from the distribution, see the testbed's README.
    public static final Program PROMETHEUS = new Program("prometheus", "prometheus");

    /// Fails with the way out unless this is Linux.
    public static void requireLinux() {
        String system = System.getProperty("os.name", "");
        if (!system.toLowerCase(Locale.ROOT).contains("linux")) {
            throw new TestbedException("the real control plane runs on Linux only, and this is " + system
                    + ": use a Linux machine, a virtual machine or a container");
        }
    }

    /// Makes sure that the programs are there: installs what is missing as root on Debian, else says what to install.
    public static void require(List<Program> programs) {
        List<Program> missing = missing(programs);
        if (missing.isEmpty()) {
            return;
        }
        if (!canInstall()) {
            throw new TestbedException(instructions(missing));
        }
        install(missing);
    }

    /// The programs of the list that are in no usual folder.
    public static List<Program> missing(List<Program> programs) {
        return programs.stream().filter(program -> !isPresent(program.name())).toList();
    }

    /// The path of a program in `PATH` or a usual folder, or the bare name when it is nowhere.
    public static String locate(String program) {
        return folders().stream()
                .map(folder -> folder.resolve(program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(program);
    }

    static String instructions(List<Program> missing) {
        String names = missing.stream().map(Program::name).collect(Collectors.joining(", "));
        return "missing on this machine: " + names
                + ". On Debian or Ubuntu: sudo apt-get install -y --no-install-recommends " + packages(missing)
                + " (done by itself when run as root)";
    }

    private static void install(List<Program> missing) {
        System.err.println("testbed: installing Debian packages: " + packages(missing));
        run(List.of("apt-get", "update", "-q"));
        List<String> command = new ArrayList<>(List.of("apt-get", "install", "-y", "-q", "--no-install-recommends"));
        missing.stream().map(Program::debianPackage).distinct().forEach(command::add);
        run(command);
        List<Program> still = missing(missing);
        if (!still.isEmpty()) {
            throw new TestbedException("apt-get ended well, and yet " + instructions(still));
        }
    }

    private static void run(List<String> command) {
        // No service of a package may start by itself: the testbed starts its own on free ports.
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        builder.environment().put("RUNLEVEL", "1");
        try {
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new TestbedException(String.join(" ", command) + " failed:\n" + output);
            }
        } catch (IOException e) {
            throw new TestbedException("cannot run " + String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while running " + String.join(" ", command), e);
        }
    }

    private static boolean canInstall() {
        return "root".equals(System.getProperty("user.name"))
                && Files.exists(Path.of("/etc/debian_version"))
                && isPresent("apt-get");
    }

    private static boolean isPresent(String program) {
        return folders().stream().anyMatch(folder -> Files.isExecutable(folder.resolve(program)));
    }

    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        String path = System.getenv("PATH");
        for (String folder : path == null ? new String[0] : path.split(":")) {
            folders.add(Path.of(folder));
        }
        folders.addAll(PROGRAM_FOLDERS);
        return folders;
    }

    private static String packages(List<Program> programs) {
        return programs.stream().map(Program::debianPackage).distinct().collect(Collectors.joining(" "));
    }
}
