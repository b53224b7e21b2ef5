package io.plimsoll.app.resize;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.app.UserError;
import io.plimsoll.app.cluster.ClusterOption;
import io.plimsoll.app.cluster.ClusterSession;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.resource.PlimsollApi;
import io.plimsoll.kubernetes.usage.PrometheusApi;
import io.plimsoll.model.recommendation.HighWaterRecommender;
import io.plimsoll.model.recommendation.Recommender;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `plimsoll recommend`: what workloads should ask for, and why. Reads only.
@Command(
        name = "recommend",
        description = {
            "Shows what the containers of each workload should ask for, and why.",
            "Reads the WorkloadRecommendations of the cluster that your kubeconfig names. With -o yaml it prints one"
                    + " strategic merge patch a workload, for 'kubectl patch --patch-file' or a kustomization.",
            "With --oom it shows what was killed for memory of late, what was done about it, and what is left to do.",
            "With --kustomize DIR it writes what policies with 'gitOps: {export: Patch}' want written out: one patch a"
                    + " workload and a kustomization.yaml of kind Component. It writes, and deletes when the workload's"
                    + " recommendation is gone, only files that it has written itself.",
            "With --prometheus no cluster is asked: what containers used is read from there, by the names that cAdvisor"
                    + " gives, and owners and requests by those of kube-state-metrics, where they are. No policy counts"
                    + " then: these are the standard rules."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown, also when there is nothing to show",
            "1:the recommendations or Prometheus cannot be read, and the message says why",
            "2:the command line or the kubeconfig was wrong"
        })
public final class RecommendCommand implements Callable<Integer> {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));
    private static final String ROOT = "/apis/" + PlimsollApi.API_VERSION + "/";
    private static final Duration PROMETHEUS_TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})([smhd])");
    /// Progress is told in steps of that many percent.
    private static final long TOLD_PERCENT = 10;

    private static final String PLURAL = "workloadrecommendations";

    /// How recommendations are shown.
    enum Format {
        TABLE,
        JSON,
        YAML
    }

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NS",
            description = "of this namespace only, default all")
    private Optional<String> namespace = Optional.empty();

    @Option(
            names = {"-o", "--output"},
            description = "table, json or yaml (patches), default table",
            defaultValue = "table")
    private Format format = Format.TABLE;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description =
                    "of workloads that this policy holds for only: NAMESPACE/NAME, or NAME for one of the cluster")
    private Optional<String> policy = Optional.empty();

    @Option(
            names = "--oom",
            description = "what was killed for memory within a week and given more, instead of what is recommended")
    private boolean killedOnly;

    @Option(
            names = "--kustomize",
            paramLabel = "DIR",
            description = "write the patches of policies with gitOps.export as a Kustomize component")
    private Optional<Path> kustomize = Optional.empty();

    @Option(names = "--prometheus", paramLabel = "URL", description = "read usage from this server, not a cluster")
    private Optional<URI> prometheus = Optional.empty();

    @Option(
            names = "--window",
            paramLabel = "TIME",
            description = "how far back Prometheus is read, as 36h or 8d, default ${DEFAULT-VALUE}",
            defaultValue = "8d")
    private String window = "8d";

    @Option(
            names = "--step",
            paramLabel = "TIME",
            description = "time between two samples there, 15s to 2h, default ${DEFAULT-VALUE}",
            defaultValue = "5m")
    private String step = "5m";

    @Option(names = "--token-file", paramLabel = "FILE", description = "holds a bearer token for Prometheus")
    private Optional<Path> tokenFile = Optional.empty();

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        if (prometheus.isPresent() && (policy.isPresent() || kustomize.isPresent())) {
            throw UserError.ofInput("--policy and --kustomize are about policies of a cluster: leave --prometheus out");
        }
        if (killedOnly && (prometheus.isPresent() || kustomize.isPresent() || format == Format.YAML)) {
            throw UserError.ofInput("--oom tells of changes of a cluster, as a table or as JSON: leave --prometheus,"
                    + " --kustomize and -o yaml out");
        }
        var found = prometheus.map(this::ofPrometheus).orElseGet(this::recommendations);
        if (kustomize.isPresent()) {
            return writeComponent(found, kustomize.get());
        }
        out.print(
                switch (format) {
                    case TABLE -> table(found);
                    case JSON -> RecommendationView.json(found);
                    case YAML -> RecommendationView.patches(found);
                });
        out.flush();
        return 0;
    }

    private String table(List<JsonNode> found) {
        if (killedOnly) {
            return found.isEmpty()
                    ? "Nothing" + narrowed()
                            + " was killed for memory and given more within a week, or somebody has set"
                            + " another limit since.\n"
                    : OomView.table(found);
        }
        return found.isEmpty() ? nothing() : RecommendationView.table(found);
    }

    private String narrowed() {
        return namespace.map(name -> " in namespace " + name).orElse("")
                + policy.map(name -> " of policy " + name).orElse("");
    }

    private int writeComponent(List<JsonNode> found, Path folder) {
        try {
            new KustomizeComponent(folder)
                    .write(found)
                    .forEach(spec.commandLine().getOut()::println);
            spec.commandLine().getOut().flush();
            return 0;
        } catch (IOException e) {
            throw UserError.ofRun("The patches cannot be written to " + folder + ": " + e.getMessage());
        }
    }

    private List<JsonNode> recommendations() {
        var path =
                ROOT + namespace.map(name -> ApiPath.of("namespaces/%s/", name)).orElse("") + PLURAL;
        var found = new ArrayList<JsonNode>();
        try (var session = cluster.open()) {
            ApiPages.read(session.server(), path, PATIENCE, found::add);
            if (kustomize.isEmpty()) {
                session.lacking().ifPresent(why -> spec.commandLine().getErr().println("plimsoll: " + why));
            }
            return found.stream()
                    .filter(one ->
                            policy.map(RecommendationView.policy(one)::equals).orElse(true))
                    .flatMap(one -> killedOnly ? killed(one) : Stream.of(one))
                    .toList();
        } catch (IOException e) {
            throw ClusterSession.unreadable(PLURAL, e);
        }
    }

    private static Stream<JsonNode> killed(JsonNode recommendation) {
        return Stream.of(OomView.recent(recommendation, Clock.systemUTC().instant()))
                .filter(OomView::isKilled);
    }

    private List<JsonNode> ofPrometheus(URI url) {
        var err = spec.commandLine().getErr();
        try (var api = new PrometheusApi(address(url), PROMETHEUS_TIMEOUT, tokenFile)) {
            var reading = new PrometheusRecommendations(
                    api, range(), Recommender.named(HighWaterRecommender.NAME).orElseThrow(), namespace);
            var told = new long[] {0};
            var found = reading.read(percent -> {
                if (percent / TOLD_PERCENT > told[0]) {
                    told[0] = percent / TOLD_PERCENT;
                    err.println("plimsoll: " + percent + " % of " + window + " read");
                }
            });
            if (!found.isEmpty() && reading.isGuessed()) {
                err.println("plimsoll: owners are guessed from the names of pods, requests may be unknown, and init"
                        + " containers are shown like others: there are no metrics of kube-state-metrics");
            }
            return found;
        } catch (IOException e) {
            throw UserError.ofRun("Prometheus at " + url + ": " + e.getMessage()
                    + "; see that --prometheus is its address, e.g. that of 'kubectl port-forward'");
        }
    }

    private PrometheusRecommendations.Range range() {
        try {
            return new PrometheusRecommendations.Range(
                    Clock.systemUTC().millis(), duration("--window", window), duration("--step", step));
        } catch (IllegalArgumentException e) {
            throw UserError.ofInput("--window or --step: " + e.getMessage());
        }
    }

    private static String address(URI url) {
        if (!url.toString().matches("https?://[^/?#]+[^?#]*")) {
            throw UserError.ofInput("--prometheus is an http or https address, like http://127.0.0.1:9090: " + url);
        }
        return url.toString();
    }

    private static Duration duration(String option, String text) {
        var matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw UserError.ofInput(option + " is a number with s, m, h or d behind it, like 36h: " + text);
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    private String nothing() {
        if (prometheus.isPresent()) {
            return "Prometheus has no usage of containers there: see that it scrapes the kubelets' cAdvisor.\n";
        }
        return "There is no recommendation"
                + narrowed()
                + ": they come once a policy selects a workload; 'kubectl get optpol,coptpol -A' lists policies.\n";
    }
}
