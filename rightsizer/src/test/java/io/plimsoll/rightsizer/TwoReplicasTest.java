package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.plimsoll.kubernetes.LoopContext;
import io.plimsoll.kubernetes.action.ActingLease;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two replicas at a real API server, of which one acts.
@RealControlPlane
class TwoReplicasTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /// As shipped: a Lease that is given up is taken long before it would run out.
    private static final ActingLease.Terms LONG =
            new ActingLease.Terms(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

    private static final ActingLease.Terms SHORT =
            new ActingLease.Terms(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(200));

    private final AtomicInteger acting = new AtomicInteger();
    private final AtomicInteger actingMost = new AtomicInteger();
    private ApiServer first;
    private ApiServer second;
    private String namespace;

    @BeforeEach
    void connect(KubernetesClient client, TestNamespace namespace) {
        this.namespace = namespace.name();
        first = new ApiServer(client);
        second = new ApiServer(client);
    }

    @AfterEach
    void disconnect() {
        first.close();
        second.close();
    }

    @Test
    void lease_givenUp_isTakenByTheOtherAtOnceAndNeverHeldByBoth(KubernetesClient client) {
        var one = lease(first, "one", LONG);
        one.start();
        await().atMost(PATIENCE).until(one::isHeld);
        try (var two = lease(second, "two", LONG)) {
            two.start();

            one.close();

            await().atMost(LONG.duration()).until(two::isHeld);
            assertThat(holder(client)).isEqualTo("two");
        }
        assertThat(actingMost).hasValue(1);
        assertThat(acting).hasValue(0);
        assertThat(holder(client)).isEmpty();
    }

    /// As after a kill -9: nothing is given up, and the other waits for the Lease to run out.
    @Test
    void lease_ofAHolderWhoseLoopHasDied_isTakenWhenItHasRunOutAndNeverHeldByBoth(KubernetesClient client) {
        var one = lease(first, "one", SHORT);
        one.start();
        await().atMost(PATIENCE).until(one::isHeld);
        try (var two = lease(second, "two", SHORT)) {
            two.start();

            // Its loop dies of it: it can neither renew the Lease nor give it up, and ends what acts.
            first.close();

            await().atMost(PATIENCE).until(two::isHeld);
            assertThat(one.isHeld()).isFalse();
            assertThat(actingMost).hasValue(1);
            assertThat(holder(client)).isEqualTo("two");
        }
        one.close();
    }

    private ActingLease lease(ApiServer server, String identity, ActingLease.Terms terms) {
        return new ActingLease(
                server,
                new ActingLease.Place(namespace, "plimsoll-rightsizer", identity),
                terms,
                LoopContext.real(Clock.systemUTC(), new SimpleMeterRegistry()),
                () -> {
                    actingMost.accumulateAndGet(acting.incrementAndGet(), Math::max);
                    return acting::decrementAndGet;
                });
    }

    private String holder(KubernetesClient client) {
        var holder = client.leases()
                .inNamespace(namespace)
                .withName("plimsoll-rightsizer")
                .get()
                .getSpec()
                .getHolderIdentity();
        return holder == null ? "" : holder;
    }
}
