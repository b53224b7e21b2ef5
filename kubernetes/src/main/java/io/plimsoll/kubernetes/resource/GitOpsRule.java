package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is told to tools that keep the cluster as a repository says.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record GitOpsRule(
        @JsonPropertyDescription("""
                Annotations that a workload's own object gets when the first of its pods was changed, such as a mark that \
                pauses a sync; undo takes them away again. What somebody else has set stays as it is. Plimsoll's account \
                needs the rules of manifests/overlays/rightsizer-annotations for it.""")
        @Size(max = 8)
        @ValidationRule(value = Rules.ANNOTATIONS, message = Rules.ANNOTATIONS_MESSAGE)
        Map<String, @Size(max = 256) String> annotations,

        @JsonPropertyDescription("""
                What is written out instead of acting: None (default) acts; Patch changes neither running pods nor new ones, \
                and tells in each WorkloadRecommendation's status.template what the template should say: \
                plimsoll recommend --kustomize writes patches of it.""") @Nullable Export export) {

    public GitOpsRule {
        annotations = Lists.copy(annotations);
    }

    /// What is written out.
    public enum Export {
        @JsonProperty("None")
        NONE,
        @JsonProperty("Patch")
        PATCH
    }
}
