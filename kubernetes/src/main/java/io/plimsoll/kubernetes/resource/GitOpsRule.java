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
        @JsonPropertyDescription(
                "Annotations that a controller gets when its pods were changed, such as a mark that pauses a sync.")
        @Size(max = 16)
        @ValidationRule(
                value =
                        "self.all(key, key.matches('^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$')"
                                + " && size(key) <= 317)",
                message = "write keys of annotations, as argocd.argoproj.io/skip-reconcile")
        Map<String, @Size(max = 1024) String> annotations,

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
