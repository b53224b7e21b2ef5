package io.plimsoll.extender.decision;

import io.plimsoll.extender.wire.ReplyBuffer;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeSpec;
import io.plimsoll.model.cluster.NodeSpec.Readiness;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.Reservations;
import io.plimsoll.model.neighbour.Company;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.placement.Circumstances;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.regime.RegimeKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// Requests made up before the first real one, so that it does not wait for classes to load and code to be
/// compiled: a cold request takes a hundred times as long as a warm one, which is beyond a scheduler's patience.
///
/// They go the whole way from bytes to bytes, on an image made up too, and leave no trace in metrics or records.
public final class WarmUp {

    private static final int NODES = 64;
    private static final int ROUNDS = 1_000;
    private static final long NOW_MILLIS = 1;

    private WarmUp() {}

    /// Runs two requests, one of each verb, a thousand times.
    ///
    /// @return how many requests were decided, which are all of them
    public static int run(PlacementConfig placement) {
        var image = image();
        var circumstances = new Circumstances(Company.of(Neighbours.NONE, image, NOW_MILLIS), RegimeKind.UNKNOWN);
        var adviser = new Adviser(
                () -> image,
                () -> circumstances,
                () -> Reservations.NONE,
                placement,
                new DecisionSettings(5_000, 60_000, false),
                opinion -> {},
                InstantSource.fixed(Instant.ofEpochMilli(NOW_MILLIS)),
                System::nanoTime);
        var body = body();
        var reply = new ReplyBuffer();
        int decided = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (var verb : List.of(Verb.FILTER, Verb.PRIORITIZE)) {
                var decision = adviser.answer(verb, body, body.length, reply);
                decided += decision.neutral().isEmpty() ? 1 : 0;
            }
        }
        return decided;
    }

    private static ClusterImage image() {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        var size = new Resources(4_000, 16L << 30);
        for (int i = 0; i < NODES; i++) {
            var spec = new NodeSpec(name(i), "uid", "boot", size, size, 110, Readiness.READY, false, false, List.of());
            delta.replay(new ClusterEvent.NodeApplied(spec, NOW_MILLIS));
        }
        delta.replay(new ClusterEvent.Confirmed(NOW_MILLIS));
        return delta.apply();
    }

    private static byte[] body() {
        var json = new StringBuilder("""
                {"Pod":{"metadata":{"name":"web-1","namespace":"shop","uid":"u","labels":{"app":"web"},\
                "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7d","controller":true}]},\
                "spec":{"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"250m","memory":"256Mi"},\
                "limits":{"memory":"512Mi"}}}],"schedulerName":"default-scheduler","priority":0},\
                "status":{"phase":"Pending"}},"Nodes":null,"NodeNames":[""");
        for (int i = 0; i < NODES; i++) {
            json.append(i == 0 ? "\"" : ",\"").append(name(i)).append('"');
        }
        return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String name(int i) {
        return "warm-up-node-" + i;
    }
}
