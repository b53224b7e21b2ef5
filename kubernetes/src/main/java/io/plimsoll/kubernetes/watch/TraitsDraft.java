package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.PlacementRules;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.cluster.PodTraits;
import io.plimsoll.model.cluster.Toleration;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What of a pod decides whether it may be moved, and where to, while it is read; belongs to the thread that
/// reads.
final class TraitsDraft {

    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String SOURCE = "kubernetes.io/config.source";
    private static final String SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict";
    private static final String DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt";
    private static final String PREFER_NO_EVICTION = "descheduler.alpha.kubernetes.io/prefer-no-eviction";
    private static final String EVICT = "descheduler.alpha.kubernetes.io/evict";

    private final Set<PodTrait> traits = EnumSet.noneOf(PodTrait.class);
    private final Map<String, String> nodeSelector = new HashMap<>(0);
    private final List<Toleration> tolerations = new ArrayList<>(0);
    private final AffinityReader affinity = new AffinityReader();

    /// Whether an annotation of that name can tell.
    static boolean tells(String annotation) {
        return switch (annotation) {
            case MIRROR, SOURCE, SAFE_TO_EVICT, DO_NOT_DISRUPT, PREFER_NO_EVICTION, EVICT -> true;
            default -> false;
        };
    }

    PodTraits build(Metadata metadata, int restarts) {
        var annotations = metadata.annotations;
        addIf(PodTrait.MIRROR, annotations.containsKey(MIRROR));
        addIf(PodTrait.STATIC, !annotations.getOrDefault(SOURCE, "api").equals("api"));
        addIf(
                PodTrait.NOT_SAFE_TO_EVICT,
                annotations.getOrDefault(SAFE_TO_EVICT, "").equals("false"));
        addIf(
                PodTrait.DO_NOT_DISRUPT,
                !annotations.getOrDefault(DO_NOT_DISRUPT, "false").equals("false"));
        addIf(PodTrait.PREFER_NO_EVICTION, annotations.containsKey(PREFER_NO_EVICTION));
        addIf(PodTrait.EVICTION_WANTED, annotations.containsKey(EVICT));
        addIf(PodTrait.RESTARTS_OFTEN, restarts >= PodTraits.OFTEN_RESTARTS);
        var labels = new HashMap<>(metadata.labels);
        labels.keySet().removeIf(PodTraits::isOwn);
        return new PodTraits(traits, labels, rules(metadata.namespace));
    }

    private PlacementRules rules(String namespace) {
        return new PlacementRules(
                nodeSelector,
                affinity.nodeTerms(),
                tolerations,
                affinity.apart(namespace),
                affinity.together(namespace));
    }

    private void addIf(PodTrait trait, boolean holds) {
        if (holds) {
            traits.add(trait);
        }
    }

    void readNodeSelector(JsonParser parser) throws IOException {
        SelectorReader.texts(parser, nodeSelector);
    }

    void readVolume(JsonParser parser) throws IOException {
        Json.object(parser, (field, p) -> {
            if (p.currentToken() == JsonToken.START_OBJECT) {
                addVolume(field);
            }
            p.skipChildren();
        });
    }

    /// Files that come with the pod and shares of the network are there on every node.
    private void addVolume(String kind) {
        switch (kind) {
            case "emptyDir", "hostPath" -> traits.add(PodTrait.LOCAL_STORAGE);
            case "configMap", "secret", "projected", "downwardAPI", "image", "nfs", "cephfs" -> {}
            default -> traits.add(PodTrait.VOLUME);
        }
    }

    void readResourceClaim(JsonParser parser) throws IOException {
        traits.add(PodTrait.RESOURCE_CLAIM);
        parser.skipChildren();
    }

    /// Of a resource besides CPU and memory. What is asked of the local disk is left out: nodes are alike in that,
    /// and hardly ever full by it.
    void readRequest(String resource, JsonParser parser) throws IOException {
        addIf(
                PodTrait.OTHER_RESOURCES,
                !resource.equals("ephemeral-storage") && Quantities.value(Json.text(parser)) > 0);
        parser.skipChildren();
    }

    void readAffinity(JsonParser parser) throws IOException {
        affinity.read(parser);
        addIf(PodTrait.PLACEMENT_RULES, !affinity.isUnderstood());
    }

    void readSpread(JsonParser parser) throws IOException {
        Json.object(parser, (field, p) -> {
            addIf(
                    PodTrait.PLACEMENT_RULES,
                    field.equals("whenUnsatisfiable") && Json.text(p).equals("DoNotSchedule"));
            p.skipChildren();
        });
    }

    void readPort(JsonParser parser) throws IOException {
        Json.object(parser, (field, p) -> {
            addIf(PodTrait.PLACEMENT_RULES, field.equals("hostPort") && Json.count(p) > 0);
            p.skipChildren();
        });
    }

    /// A toleration for a time is none: it says how long a pod stays that is to be evicted.
    void readToleration(JsonParser parser) throws IOException {
        var texts = new HashMap<String, String>();
        SelectorReader.texts(parser, texts);
        if (texts.getOrDefault("tolerationSeconds", "").isEmpty()) {
            var operator = texts.getOrDefault("operator", "");
            addIf(PodTrait.PLACEMENT_RULES, !Set.of("", "Equal", "Exists").contains(operator));
            tolerations.add(new Toleration(
                    texts.getOrDefault("key", ""),
                    operator.equals("Exists"),
                    texts.getOrDefault("value", ""),
                    texts.getOrDefault("effect", "")));
        }
    }
}
