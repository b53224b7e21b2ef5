package io.plimsoll.app.serve;

import io.plimsoll.app.UserError;
import io.plimsoll.app.Version;
import io.plimsoll.app.settings.Settings;
import io.plimsoll.app.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `plimsoll serve`: answers schedulers, sizes workloads, or both, until it is told to end.
@Command(
        name = "serve",
        description = {
            "Answers kube-scheduler's filter and prioritize calls; with --roles, keeps requests at what containers use"
                    + " (rightsizer), sizes new pods (webhook), and moves pods off hurt nodes (rebalancer).",
            "Settings come from the file; variables PLIMSOLL_* override it, and options override both."
                    + " --print-config shows all of them, with what is allowed and where each value came from."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the configuration was printed",
            "1:could not start or broke, and the message says why",
            "2:the command line, a variable or the configuration file was wrong",
            "143:ended in order after SIGTERM; 130 after Ctrl-C"
        })
public final class ServeCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", description = "configuration file, YAML")
    private Optional<Path> config = Optional.empty();

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "which cluster and as whom")
    private Optional<Path> kubeconfig = Optional.empty();

    @Option(
            names = "--roles",
            description =
                    "extender, rightsizer, webhook, rebalancer, or more than one with commas between; rightsizer and"
                            + " webhook do what policies say")
    private Optional<String> roles = Optional.empty();

    @Option(names = "--shadow", description = "answer neutrally, and record what would have been said")
    private boolean shadow;

    @Option(names = "--dry-run", description = "as --shadow, and change no pod, whatever policies say")
    private boolean dryRun;

    @Option(names = "--log-level", description = "error, warn, info or debug")
    private Optional<String> logLevel = Optional.empty();

    @Option(names = "--log-format", description = "text or json")
    private Optional<String> logFormat = Optional.empty();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "any other setting, e.g. health-port.port=9000")
    private Map<String, String> further = new LinkedHashMap<>();

    @Option(names = "--print-config", description = "print the configuration in force and end")
    private boolean printConfig;

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var settings = settings(System.getenv());
        var configuration = ServeConfiguration.of(settings);
        if (printConfig) {
            spec.commandLine().getOut().print(settings.toYaml(ServeSettings.head()));
            spec.commandLine().getOut().flush();
            return 0;
        }
        Logging.start(configuration.log());
        serve(configuration);
        return 0;
    }

    Settings settings(Map<String, String> environment) {
        var reader = new SettingsReader(ServeSettings.API_VERSION, ServeSettings.KIND, ServeSettings.all());
        config.ifPresent(file -> reader.file(file.toString(), read(file)));
        reader.environment(environment);
        kubeconfig.ifPresent(file -> reader.flag(ServeSettings.KUBECONFIG.key(), file.toString(), "--kubeconfig"));
        logLevel.ifPresent(level -> reader.flag(ServeSettings.LOG_LEVEL.key(), level, "--log-level"));
        logFormat.ifPresent(format -> reader.flag(ServeSettings.LOG_FORMAT.key(), format, "--log-format"));
        roles.ifPresent(names -> reader.flag(ServeSettings.ROLES.key(), names, "--roles"));
        if (shadow || dryRun) {
            reader.flag(ServeSettings.SHADOW.key(), "true", shadow ? "--shadow" : "--dry-run");
        }
        if (dryRun) {
            reader.flag(ServeSettings.RIGHTSIZER_DRY_RUN.key(), "true", "--dry-run");
        }
        further.forEach((key, value) -> reader.flag(key, value, "--set " + key));
        return reader.read();
    }

    private void serve(ServeConfiguration configuration) throws Exception {
        var ended = new CountDownLatch(1);
        var service = PlimsollService.start(configuration);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                    service.close();
                    ended.countDown();
                }));
        spec.commandLine().getErr().printf("plimsoll %s: %s%n", Version.current(), service.described());
        ended.await();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw UserError.ofInput("--config: cannot read " + file.toAbsolutePath());
        }
    }
}
