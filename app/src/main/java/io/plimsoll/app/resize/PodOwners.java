package io.plimsoll.app.resize;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which workload a pod belonged to, from what kube-state-metrics said of owners, or else from the names that
/// Kubernetes' own controllers give:
///
/// | pod | workload |
/// |---|---|
/// | `web-7d4b9c6f5-x2kqp` | Deployment `web` |
/// | `report-29384756-x2kqp` | CronJob `report` |
/// | `db-0` | StatefulSet `db` |
/// | `agent-x2kqp` | DaemonSet `agent` |
///
/// Belongs to one thread.
final class PodOwners {

    /// The letters and digits that Kubernetes makes names of.
    private static final String SAFE = "[bcdfghjklmnpqrstvwxz2456789]";

    private static final Pattern CRON_JOB = Pattern.compile("(.+)-\\d{8}-" + SAFE + "{5}");
    private static final Pattern DEPLOYMENT = Pattern.compile("(.+)-" + SAFE + "{6,10}-" + SAFE + "{5}");
    private static final Pattern STATEFUL_SET = Pattern.compile("(.+)-\\d{1,4}");
    private static final Pattern DAEMON_SET = Pattern.compile("(.+)-" + SAFE + "{5}");

    private final Map<PodKey, Owner> ofPods = new HashMap<>();
    private final Map<Owner, Owner> parents = new HashMap<>();

    /// `kube_pod_owner`
    void pod(PodKey pod, String kind, String name) {
        Owner.referred(pod.namespace(), kind, name).ifPresent(owner -> ofPods.put(pod, owner));
    }

    /// `kube_replicaset_owner` and `kube_job_owner`
    void parent(Owner owner, String kind, String name) {
        Owner.referred(owner.namespace(), kind, name).ifPresent(parent -> parents.put(owner, parent));
    }

    boolean isEmpty() {
        return ofPods.isEmpty();
    }

    /// Empty for a pod of its own, and for one that its node runs.
    Optional<Owner> of(PodKey pod) {
        var owner = Optional.ofNullable(ofPods.get(pod)).or(() -> byName(pod));
        return owner.filter(found -> !found.isNode()).map(found -> parents.getOrDefault(found, found));
    }

    private static Optional<Owner> byName(PodKey pod) {
        return named(CRON_JOB, "CronJob", pod)
                .or(() -> named(DEPLOYMENT, "Deployment", pod))
                .or(() -> named(STATEFUL_SET, "StatefulSet", pod))
                .or(() -> named(DAEMON_SET, "DaemonSet", pod));
    }

    private static Optional<Owner> named(Pattern pattern, String kind, PodKey pod) {
        var matcher = pattern.matcher(pod.name());
        return matcher.matches() ? Optional.of(new Owner(pod.namespace(), kind, matcher.group(1))) : Optional.empty();
    }
}
