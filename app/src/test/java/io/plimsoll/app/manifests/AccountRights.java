package io.plimsoll.app.manifests;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.app.Kubectl;
import io.plimsoll.testbed.controlplane.ControlPlane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What one of Plimsoll's accounts may do in a real cluster, as its overlay's rbac.yaml says, and with less.
final class AccountRights {

    static final String NAMESPACE = "plimsoll";
    /// Granted by a Role, and not by the ClusterRole.
    private static final Set<String> OF_ITS_NAMESPACE = Set.of("leases", "configmaps");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KubernetesClient admin;
    private final String account;

    /// @param account also the name of its ClusterRole and its Role
    AccountRights(KubernetesClient admin, String account) {
        this.admin = admin;
        this.account = account;
    }

    /// Gives all that the overlay gives.
    static void grant(ControlPlane controlPlane, String overlay) {
        var folder = CustomResources.MANIFESTS.resolve("overlays").resolve(overlay);
        new Kubectl(controlPlane)
                .run(
                        "apply",
                        "--server-side",
                        "--force-conflicts",
                        "-f",
                        folder.resolve("namespace.yaml").toString(),
                        "-f",
                        folder.resolve("rbac.yaml").toString());
    }

    /// Gives what an overlay gives that goes beside another one.
    static void grantFurther(ControlPlane controlPlane, String overlay) {
        var rights =
                CustomResources.MANIFESTS.resolve("overlays").resolve(overlay).resolve("rbac.yaml");
        new Kubectl(controlPlane).run("apply", "--server-side", "--force-conflicts", "-f", rights.toString());
    }

    /// Takes one verb of one resource away, and waits until the API server knows.
    void takeAway(String verb, String resource) {
        if (OF_ITS_NAMESPACE.contains(resource)) {
            admin.rbac().roles().inNamespace(NAMESPACE).withName(account).edit(role -> {
                role.setRules(without(role.getRules(), resource, verb));
                return role;
            });
        } else {
            admin.rbac().clusterRoles().withName(account).edit(role -> {
                role.setRules(without(role.getRules(), resource, verb));
                return role;
            });
        }
        await().atMost(PATIENCE).until(() -> !isAllowed(verb, resource));
    }

    /// Each rule with all of its resources but that one, and that one without the verb.
    private static List<PolicyRule> without(List<PolicyRule> rules, String resource, String verb) {
        var left = new ArrayList<PolicyRule>();
        for (var rule : rules) {
            if (!rule.getResources().contains(resource) || !rule.getVerbs().contains(verb)) {
                left.add(rule);
                continue;
            }
            var others = rule.getResources().stream()
                    .filter(name -> !name.equals(resource))
                    .toList();
            var verbs =
                    rule.getVerbs().stream().filter(name -> !name.equals(verb)).toList();
            if (!others.isEmpty()) {
                left.add(rule.edit().withResources(others).build());
            }
            if (!verbs.isEmpty()) {
                left.add(rule.edit().withResources(resource).withVerbs(verbs).build());
            }
        }
        return left;
    }

    boolean isAllowed(String verb, String resource) {
        return isAllowed(verb + " " + group(resource) + " " + resource);
    }

    private static String group(String resource) {
        return switch (resource) {
            case "pods", "pods/resize", "pods/eviction", "nodes", "limitranges", "resourcequotas", "configmaps" -> "_";
            case "deployments", "replicasets", "statefulsets" -> "apps";
            case "events" -> "events.k8s.io";
            case "leases" -> "coordination.k8s.io";
            default -> "plimsoll.io";
        };
    }

    /// @param right as `create _ pods/eviction`, where `_` is the group without a name
    boolean isAllowed(String right) {
        var parts = right.split(" ");
        var resource = parts[2].split("/");
        var review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser("system:serviceaccount:" + NAMESPACE + ":" + account)
                .withNewResourceAttributes()
                .withNamespace(NAMESPACE)
                .withVerb(parts[0])
                .withGroup(parts[1].equals("_") ? "" : parts[1])
                .withResource(resource[0])
                .withSubresource(resource.length > 1 ? resource[1] : "")
                .endResourceAttributes()
                .endSpec()
                .build();
        return admin.authorization()
                .v1()
                .subjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }
}
