package io.plimsoll.app.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.plimsoll.app.UserError;
import io.plimsoll.app.serve.ClusterAccess;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.kubernetes.action.ApiPlanRequests;
import io.plimsoll.kubernetes.action.ApiResizeSupport;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A user's connection to a cluster, for the time of one command.
///
/// @param server the API server, as the user
public record ClusterSession(KubernetesClient client, ApiServer server) implements AutoCloseable {

    /// @throws UserError when no cluster is named
    public static ClusterSession open(Optional<Path> kubeconfig) {
        var config = ClusterAccess.of(kubeconfig, "--kubeconfig").config();
        var client = new KubernetesClientBuilder().withConfig(config).build();
        return new ClusterSession(client, new ApiServer(client));
    }

    /// All changes, or those of one namespace.
    public ApiChangeJournal journal(Optional<String> namespace) {
        var journal = new ApiChangeJournal(server, Clock.systemUTC(), RandomGenerator.getDefault());
        return namespace.map(journal::within).orElse(journal);
    }

    /// Why no running pod of the cluster can be changed, and what to do; nothing where that is not told.
    public Optional<String> lacking() {
        try {
            return ApiResizeSupport.ask(server).lacking();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// The plans of moves.
    public ApiPlanJournal plans() {
        return new ApiPlanJournal(server, Clock.systemUTC(), RandomGenerator.getDefault());
    }

    /// Requests for such plans.
    public ApiPlanRequests requests() {
        return new ApiPlanRequests(server, Clock.systemUTC(), RandomGenerator.getDefault());
    }

    /// What the user can do about objects of Plimsoll that cannot be read.
    ///
    /// @param kind as it is named in the API, e.g. `changerecords`
    public static UserError unreadable(String kind, Throwable cause) {
        if (cause instanceof ApiException refused && refused.code() == 404) {
            return UserError.ofRun("the cluster does not know " + kind + ".plimsoll.io: apply the definitions first,"
                    + " 'kubectl apply --server-side -k manifests/crds'");
        }
        if (cause instanceof ApiException refused && refused.isDenied()) {
            return UserError.ofRun("you may not read " + kind + ".plimsoll.io there; ask for the verbs get and list on"
                    + " it" + (kind.startsWith("rebalance") ? ": " : ", or name a namespace with -n: ")
                    + cause.getMessage());
        }
        return UserError.ofRun("the " + kind + " cannot be read: " + cause.getMessage());
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
