package io.plimsoll.kubernetes.watch;

import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.model.cluster.ClusterEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Makes the reflectors of everything that an image is made of, in the order in which they are to be listed: owners
/// before the pods that name them, nodes before the pods that are bound to them.
public final class Reflectors {

    /// The kinds of owners among it; what else owns pods is known by what these and pods say of it.
    public static final Set<String> OWNER_KINDS = Collections.unmodifiableSet(
            new TreeSet<>(List.of("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "CronJob", "Job")));

    private final ApiServer server;
    private final Consumer<ClusterEvent> sink;
    private final LoopContext context;
    private final Patience watchPatience;
    private final Pool pool = new Pool();

    public Reflectors(ApiServer server, Consumer<ClusterEvent> sink, LoopContext context) {
        this(server, sink, context, Reflector.WATCH_PATIENCE);
    }

    Reflectors(ApiServer server, Consumer<ClusterEvent> sink, LoopContext context, Patience watchPatience) {
        this.server = server;
        this.sink = sink;
        this.context = context;
        this.watchPatience = watchPatience;
    }

    public List<Reflector<?>> all() {
        var all = new ArrayList<Reflector<?>>();
        all.add(owners("Deployment", "deployments", "/apis/apps/v1/deployments"));
        all.add(owners("ReplicaSet", "replicasets", "/apis/apps/v1/replicasets"));
        all.add(owners("StatefulSet", "statefulsets", "/apis/apps/v1/statefulsets"));
        all.add(owners("DaemonSet", "daemonsets", "/apis/apps/v1/daemonsets"));
        all.add(owners("CronJob", "cronjobs", "/apis/batch/v1/cronjobs"));
        all.add(owners("Job", "jobs", "/apis/batch/v1/jobs"));
        all.add(namespaces());
        all.add(budgets());
        all.add(nodes());
        all.add(pods());
        all.add(failedPods());
        return all;
    }

    Reflector<?> owners(String kind, String resource, String path) {
        return reflector(new WatchedKind<>(
                resource,
                path,
                "",
                new OwnerDecoder(kind, pool),
                present -> new ClusterEvent.OwnersListed(kind, present)));
    }

    Reflector<?> namespaces() {
        return reflector(new WatchedKind<>(
                "namespaces",
                "/api/v1/namespaces",
                "",
                new NamespaceDecoder(pool),
                ClusterEvent.NamespacesListed::new));
    }

    Reflector<?> budgets() {
        return reflector(new WatchedKind<>(
                "poddisruptionbudgets",
                "/apis/policy/v1/poddisruptionbudgets",
                "",
                new BudgetDecoder(),
                ClusterEvent.BudgetsListed::new));
    }

    Reflector<?> nodes() {
        return reflector(new WatchedKind<>(
                "nodes", "/api/v1/nodes", "", new NodeDecoder(context.clock(), pool), ClusterEvent.NodesListed::new));
    }

    /// Pods that have ended are not sent at all; when a pod ends, the watch says that it is deleted.
    Reflector<?> pods() {
        return reflector(new WatchedKind<>(
                "pods",
                "/api/v1/pods",
                "status.phase!=Succeeded,status.phase!=Failed",
                new PodDecoder(pool),
                ClusterEvent.PodsListed::new));
    }

    /// Among them those that were killed for memory and not restarted. What has succeeded is not asked for:
    /// there may be thousands of it, and hardly any was killed.
    Reflector<?> failedPods() {
        return reflector(new WatchedKind<>(
                "failed pods",
                "/api/v1/pods",
                "status.phase=Failed",
                new FailedPodDecoder(pool),
                ClusterEvent.FailedPodsListed::new));
    }

    private <K> Reflector<K> reflector(WatchedKind<K> kind) {
        return new Reflector<>(kind, server, sink, context, watchPatience);
    }
}
