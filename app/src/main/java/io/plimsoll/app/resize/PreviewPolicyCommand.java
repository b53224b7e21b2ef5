package io.plimsoll.app.resize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.plimsoll.app.UserError;
import io.plimsoll.app.cluster.ClusterOption;
import io.plimsoll.app.cluster.ClusterSession;
import io.plimsoll.app.resize.PolicyPreview.Known;
import io.plimsoll.app.resize.PolicyPreview.Result;
import io.plimsoll.kubernetes.action.ApiCheckpoints;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.autoscaler.ApiAutoscalers;
import io.plimsoll.kubernetes.autoscaler.AutoscalersUnreadable;
import io.plimsoll.kubernetes.policy.ApiPolicies;
import io.plimsoll.kubernetes.policy.FieldError;
import io.plimsoll.kubernetes.policy.ImageLabels;
import io.plimsoll.kubernetes.policy.ObjectLabels;
import io.plimsoll.kubernetes.policy.PoliciesUnreadable;
import io.plimsoll.kubernetes.policy.PolicyReader;
import io.plimsoll.kubernetes.policy.PolicyReading;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.StoredRecommendation;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsageView;
import io.plimsoll.model.usage.EncodedHistories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `plimsoll preview policy FILE`: what a policy would match and do, and which other policies speak of the same. Reads
/// only; what the file gets wrong is said without a cluster.
@Command(
        name = "policy",
        description = {
            "Shows what the policies in FILE would match and do in the cluster that your kubeconfig names, and which"
                    + " other policies speak of the same workloads, and who has to approve moves of their pods.",
            "Nothing is changed. Mistakes are named by their fields, with what to write; no cluster is asked then, nor with"
                    + " --check."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown",
            "1:the policy has mistakes, or the cluster cannot be read, and the message says why",
            "2:the command line, the kubeconfig or the file was wrong"
        })
public final class PreviewPolicyCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(PreviewPolicyCommand.class);
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String NAMESPACED = "OptimizationPolicy";

    /// For a look at the file alone.
    private static final ObjectLabels NO_LABELS = new ImageLabels(() -> ClusterImage.EMPTY);

    /// How the preview is shown.
    enum Format {
        TABLE,
        JSON
    }

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    // Set by picocli before any command runs.
    @Parameters(paramLabel = "FILE", description = "YAML or JSON with one or more policies")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NS",
            description = "of policies that name none, default ${DEFAULT-VALUE}",
            defaultValue = "default")
    private String namespace = "default";

    @Option(
            names = {"-o", "--output"},
            description = "table or json, default table",
            defaultValue = "table")
    private Format format = Format.TABLE;

    @Option(names = "--check", description = "look at the file alone, as a pipeline may: no cluster is asked")
    private boolean checkOnly;

    // Set by picocli before any command runs.
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        var objects = objects();
        if (isMistaken(objects)) {
            return 1;
        }
        if (checkOnly) {
            spec.commandLine()
                    .getOut()
                    .println(file + " is fine: " + objects.size() + (objects.size() == 1 ? " policy" : " policies")
                            + "; without --check the cluster is asked what that would do");
            return 0;
        }
        try (var session = cluster.open()) {
            var array = Json.MAPPER.createArrayNode();
            var out = spec.commandLine().getOut();
            for (var object : objects) {
                show(object, session.server(), array);
            }
            if (format == Format.JSON) {
                out.println(array.toPrettyString());
            }
            out.flush();
            session.lacking().ifPresent(why -> spec.commandLine().getErr().println("plimsoll: " + why));
            return 0;
        }
    }

    /// All mistakes of all policies, each with its field.
    private boolean isMistaken(List<ObjectNode> objects) {
        boolean isMistaken = false;
        for (var object : objects) {
            if (new PolicyReader(NO_LABELS).read(object) instanceof PolicyReading.Refused(var errors)) {
                isMistaken = true;
                errors.forEach(error -> complain(object, error));
            }
        }
        return isMistaken;
    }

    private void complain(JsonNode object, FieldError error) {
        var name = object.path("metadata").path("name").asText("without a name");
        spec.commandLine().getErr().println("plimsoll: " + file + ": policy " + name + ": " + error);
    }

    private void show(ObjectNode object, ApiServer server, ArrayNode array) {
        try {
            var within = Optional.of(object.path("metadata").path("namespace").asText())
                    .filter(name -> object.path("kind").asText().equals(NAMESPACED));
            var workloads = LiveWorkloads.read(server, within);
            var listed = new ApiPolicies(server, workloads).get();
            var read = read(object, workloads, listed);
            var result = preview(read.policy(), listed, workloads, server);
            switch (format) {
                case TABLE -> spec.commandLine().getOut().print(PolicyPreviewView.text(read, result));
                case JSON -> array.add(PolicyPreviewView.json(read, result));
            }
        } catch (PoliciesUnreadable | AutoscalersUnreadable e) {
            throw UserError.ofRun(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw ClusterSession.unreadable("workloads, namespaces, workloadrecommendations and usagecheckpoints", e);
        }
    }

    private Result preview(ResizePolicy policy, List<ResizePolicy> listed, LiveWorkloads workloads, ApiServer server)
            throws IOException {
        var recommendations = new HashMap<Owner, StoredRecommendation>();
        new ApiRecommendations(server).listed().forEach(found -> recommendations.put(found.workload(), found));
        var others = listed.stream().filter(other -> !isSame(other, policy)).toList();
        var known = new Known(workloads, recommendations, new ApiAutoscalers(server).claims(), usage(server));
        return new PolicyPreview(policy, others, known, Clock.systemUTC().millis()).run();
    }

    /// What makes no sense is left out, as what was recommended last stands in for it.
    private Map<Owner, Map<String, ContainerUsageView>> usage(ApiServer server) throws IOException {
        var usage = new HashMap<Owner, Map<String, ContainerUsageView>>();
        try {
            new ApiCheckpoints(server).read((workload, histories) -> usage.put(workload, decoded(histories)));
        } catch (ApiException e) {
            if (e.code() != 403 && e.code() != 404) {
                throw e;
            }
            spec.commandLine()
                    .getErr()
                    .println(
                            "plimsoll: targets are those that were recommended last, by the policies that hold now, since"
                                    + " usagecheckpoints cannot be listed: " + e.getMessage());
        }
        return usage;
    }

    private static Map<String, ContainerUsageView> decoded(EncodedHistories histories) {
        var views = new HashMap<String, ContainerUsageView>();
        histories.containers().forEach((container, bytes) -> {
            try {
                views.put(container, ContainerHistory.decoded(bytes));
            } catch (IllegalArgumentException e) {
                LOG.debug("What is kept of a container's usage cannot be read", e);
            }
        });
        return views;
    }

    /// With the age of the policy that it would replace: age decides between equal weights.
    private static PolicyReading.Read read(ObjectNode object, LiveWorkloads workloads, List<ResizePolicy> listed) {
        return switch (new PolicyReader(workloads).read(object)) {
            case PolicyReading.Read read ->
                listed.stream()
                        .filter(other -> isSame(other, read.policy()))
                        .findFirst()
                        .map(former -> new PolicyReading.Read(
                                aged(read.policy(), former.candidate().createdMillis()), read.moves(), read.source()))
                        .orElse(read);
            case PolicyReading.Refused refused -> throw UserError.ofRun(refused.sentence());
        };
    }

    private static ResizePolicy aged(ResizePolicy policy, long createdMillis) {
        var candidate = policy.candidate();
        return policy.with(new PolicyCandidate(
                candidate.namespace(),
                candidate.name(),
                candidate.weight(),
                createdMillis,
                candidate.suspended(),
                candidate.selects(),
                candidate.byLabels()));
    }

    private static boolean isSame(ResizePolicy one, ResizePolicy other) {
        return one.candidate().namespace().equals(other.candidate().namespace())
                && one.candidate().name().equals(other.candidate().name());
    }

    // The file

    private List<ObjectNode> objects() {
        var objects = new ArrayList<ObjectNode>();
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(Files.readString(file))) {
            while (documents.hasNextValue()) {
                if (documents.nextValue() instanceof ObjectNode object) {
                    objects.add(named(object));
                }
            }
        } catch (NoSuchFileException e) {
            throw UserError.ofInput(file + " does not exist: name the file of a policy");
        } catch (JsonProcessingException e) {
            throw UserError.ofInput(file + " is no YAML: " + e.getMessage());
        } catch (IOException e) {
            throw UserError.ofInput(file + " cannot be read: " + e.getMessage());
        }
        if (objects.isEmpty()) {
            throw UserError.ofInput(
                    file + " holds no policy: write an OptimizationPolicy or a ClusterOptimizationPolicy");
        }
        return objects;
    }

    private ObjectNode named(ObjectNode object) {
        var metadata = object.withObjectProperty("metadata");
        if (!metadata.hasNonNull("name")) {
            throw UserError.ofInput(file + ": metadata.name: write the policy's name");
        }
        if (object.path("kind").asText().equals(NAMESPACED) && !metadata.hasNonNull("namespace")) {
            metadata.put("namespace", namespace);
        }
        return object;
    }
}
