package io.plimsoll.kubernetes.autoscaler;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.Claimed;
import io.plimsoll.model.recommendation.ResourceKind;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What HorizontalPodAutoscalers and VerticalPodAutoscalers own of the workloads that they name, listed anew each
/// time. Any thread may use it.
///
/// | autoscaler | owns |
/// |---|---|
/// | HPA | each resource that a metric of type `Resource` or `ContainerResource` looks at |
/// | HPA without metrics | CPU: that is the API server's default |
/// | VPA with `updateMode: Off` | nothing |
/// | VPA otherwise | the controlled resources (both, unless said) of the containers that it does not leave alone |
///
/// A kind that the API server does not know owns nothing; the log says so once. One that may not be listed is
/// not known.
public final class ApiAutoscalers {

    private static final Logger LOG = LoggerFactory.getLogger(ApiAutoscalers.class);
    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));
    private static final String ANY_CONTAINER = "*";

    /// Which of the two, and where it names its target.
    private enum Kind {
        HORIZONTAL("HorizontalPodAutoscaler", "/apis/autoscaling/v2/horizontalpodautoscalers", "scaleTargetRef"),
        VERTICAL("VerticalPodAutoscaler", "/apis/autoscaling.k8s.io/v1/verticalpodautoscalers", "targetRef");

        private final String text;
        private final String path;
        private final String target;

        Kind(String text, String path, String target) {
            this.text = text;
            this.path = path;
            this.target = target;
        }

        private Set<ResourceKind> owned(JsonNode spec) {
            return switch (this) {
                case HORIZONTAL -> ofHorizontal(spec);
                case VERTICAL -> ofVertical(spec);
            };
        }
    }

    private final ApiServer server;
    private final Set<String> absent = ConcurrentHashMap.newKeySet();

    /// @param server its owner closes it
    public ApiAutoscalers(ApiServer server) {
        this.server = server;
    }

    /// What is owned of each object that an autoscaler names as its target, sorted.
    ///
    /// @throws AutoscalersUnreadable when they cannot all be listed
    public Map<Owner, Claimed> claims() {
        var claims = new TreeMap<Owner, Claimed>();
        for (var kind : Kind.values()) {
            list(kind, claims);
        }
        return claims;
    }

    private void list(Kind kind, Map<Owner, Claimed> claims) {
        var path = kind.path;
        try {
            ApiPages.read(server, path, PATIENCE, item -> {
                var spec = item.path("spec");
                var owned = kind.owned(spec);
                if (!owned.isEmpty()) {
                    claims.merge(
                            target(item, spec.path(kind.target)), Claimed.by(name(item, kind), owned), Claimed::and);
                }
            });
            absent.remove(path);
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw unreadable(e);
            }
            sayOnce(path);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void sayOnce(String path) {
        if (absent.add(path)) {
            LOG.info("The API server knows no {}: none owns anything", path);
        }
    }

    private static AutoscalersUnreadable unreadable(IOException e) {
        return new AutoscalersUnreadable("autoscalers cannot be listed: " + e.getMessage(), e);
    }

    /// As people find it. What made it is named too: who changes KEDA's HPA finds it changed back.
    private static String name(JsonNode item, Kind kind) {
        var metadata = item.path("metadata");
        var name = kind.text + " " + metadata.path("name").asText();
        for (var owner : metadata.path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return maker(owner).map(maker -> name + " of " + maker).orElse(name);
            }
        }
        return name;
    }

    private static Optional<String> maker(JsonNode reference) {
        return Owner.referred(
                        "",
                        reference.path("kind").asText(),
                        reference.path("name").asText())
                .map(owner -> owner.kind() + " " + owner.name());
    }

    private static Owner target(JsonNode item, JsonNode reference) {
        return new Owner(
                item.path("metadata").path("namespace").asText(),
                reference.path("kind").asText(),
                reference.path("name").asText());
    }

    private static Set<ResourceKind> ofHorizontal(JsonNode spec) {
        var metrics = spec.path("metrics");
        if (metrics.isEmpty()) {
            return EnumSet.of(ResourceKind.CPU);
        }
        var owned = EnumSet.noneOf(ResourceKind.class);
        for (var metric : metrics) {
            switch (metric.path("type").asText()) {
                case "Resource" -> add(metric.path("resource").path("name"), owned);
                case "ContainerResource" -> add(metric.path("containerResource").path("name"), owned);
                default -> LOG.trace("A metric that is no request's: {}", metric);
            }
        }
        return owned;
    }

    /// A container that no policy names is under the policy for `*`, and without one under VPA's defaults.
    private static Set<ResourceKind> ofVertical(JsonNode spec) {
        var owned = EnumSet.noneOf(ResourceKind.class);
        if (spec.path("updatePolicy").path("updateMode").asText().equals("Off")) {
            return owned;
        }
        boolean isEveryContainerNamed = false;
        for (var policy : spec.path("resourcePolicy").path("containerPolicies")) {
            isEveryContainerNamed |= policy.path("containerName").asText().equals(ANY_CONTAINER);
            if (!policy.path("mode").asText().equals("Off")) {
                owned.addAll(controlled(policy.path("controlledResources")));
            }
        }
        return isEveryContainerNamed ? owned : EnumSet.allOf(ResourceKind.class);
    }

    private static Set<ResourceKind> controlled(JsonNode resources) {
        if (!resources.isArray()) {
            return EnumSet.allOf(ResourceKind.class);
        }
        var owned = EnumSet.noneOf(ResourceKind.class);
        resources.forEach(name -> add(name, owned));
        return owned;
    }

    private static void add(JsonNode name, Set<ResourceKind> owned) {
        switch (name.asText()) {
            case "cpu" -> owned.add(ResourceKind.CPU);
            case "memory" -> owned.add(ResourceKind.MEMORY);
            default -> LOG.trace("No request that Plimsoll changes: {}", name);
        }
    }
}
