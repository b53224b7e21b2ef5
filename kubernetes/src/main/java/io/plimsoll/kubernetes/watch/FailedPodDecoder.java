package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.PodKey;
import java.io.IOException;

/// Reads pods that have failed, and makes something only of those that tell of kills for memory: the pods of
/// a Job that does not restart them are seen in no other way.
final class FailedPodDecoder implements ObjectDecoder<PodKey> {

    private final PodDecoder pods;

    FailedPodDecoder(Pool pool) {
        this.pods = new PodDecoder(pool);
    }

    @Override
    public Seen<PodKey> decode(JsonParser parser) throws IOException {
        var seen = pods.read(parser);
        var pod = seen.pod();
        var deleted = new ClusterEvent.FailedPodDeleted(pod.key());
        var applied = pod.memory().kills().isEmpty() ? deleted : new ClusterEvent.FailedPodApplied(pod);
        return new Seen<>(pod.key(), seen.resourceVersion(), applied, deleted);
    }
}
