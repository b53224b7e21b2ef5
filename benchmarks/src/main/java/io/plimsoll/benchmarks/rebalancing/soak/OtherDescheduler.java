package io.plimsoll.benchmarks.rebalancing.soak;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collections;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Evicts a busy pod of some hot node now and then by the Eviction API, and knows nothing of anybody else.
final class OtherDescheduler implements AutoCloseable {

    private static final long EVERY_SECONDS = 10;

    private final KubernetesClient client;
    private final SoakLoad load;
    private final Random random = new Random(2);
    private final Set<String> evicted = new ConcurrentSkipListSet<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    OtherDescheduler(KubernetesClient client, SoakLoad load) {
        this.client = client;
        this.load = load;
    }

    void start() {
        var _ = timer.scheduleWithFixedDelay(this::evict, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void evict() {
        var busy = load.busy();
        if (busy.isEmpty()) {
            return;
        }
        var pod = busy.get(random.nextInt(busy.size()));
        // Before it is sent: what is not answered may have been taken.
        evicted.add(pod.uid());
        evict(client, pod);
    }

    /// Whether it is taken or refused.
    static void evict(KubernetesClient client, Witness.Seen pod) {
        try {
            client.pods()
                    .inNamespace(pod.namespace())
                    .withName(pod.name())
                    .evict(new EvictionBuilder()
                            .withNewMetadata()
                            .withName(pod.name())
                            .withNamespace(pod.namespace())
                            .endMetadata()
                            .withDeleteOptions(new DeleteOptionsBuilder()
                                    .withNewPreconditions()
                                    .withUid(pod.uid())
                                    .endPreconditions()
                                    .build())
                            .build());
        } catch (RuntimeException e) {
            // Refused, or not answered.
            System.err.println("the other descheduler: " + e.getMessage());
        }
    }

    /// The uids of pods that it may have evicted.
    Set<String> evicted() {
        return Collections.unmodifiableSet(evicted);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
