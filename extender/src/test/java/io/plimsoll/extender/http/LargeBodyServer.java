package io.plimsoll.extender.http;

import static io.plimsoll.extender.Clusters.NOW_MILLIS;
import static io.plimsoll.extender.Clusters.cluster;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.plimsoll.extender.ExtenderConfig;
import io.plimsoll.extender.ExtenderServer;
import io.plimsoll.extender.decision.DecisionSettings;
import io.plimsoll.model.placement.PlacementConfig;
import java.io.OutputStream;
import java.time.Instant;

/// An extender in a process of its own, whose heap a test limits. Prints its ports and ends with its input.
public final class LargeBodyServer {

    /// What the image, the histories and the rest of 5,000 nodes and 150,000 pods take.
    private static final byte[][] CLUSTER = new byte[160][1 << 20];

    private LargeBodyServer() {}

    /// No answer is neutral only because the machine is slow.
    public static void main(String[] arguments) throws Exception {
        var image = cluster().node("calm", 0.3, 0.3).node("hot", 0.97, 0.3).image();
        var config = ExtenderConfig.DEFAULT.onFreePorts().withDecisions(new DecisionSettings(5_000, 60_000, false));
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (var server = new ExtenderServer(
                        config, () -> image, PlacementConfig.DEFAULT, () -> Instant.ofEpochMilli(NOW_MILLIS), registry)
                .start()) {
            System.out.println(CLUSTER.length + " MiB are taken");
            System.out.println("ports " + server.schedulerPort() + " " + server.healthPort());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
