package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.policy.ImageLabels;
import io.plimsoll.kubernetes.policy.WorkloadLabels;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// From the API server's JSON to what selectors of policies are asked.
class LabelsTest {

    private static final Owner WEB = new Owner("shop", "Deployment", "web");

    private final Pool pool = new Pool();

    @Test
    void labels_ofAWorkloadAndItsNamespace_areTheOnesOfTheNewestImage() throws IOException {
        var images = new ArrayList<ClusterImage>();
        var labels = new ImageLabels(images::getLast);

        images.add(image(
                read(new OwnerDecoder("Deployment", pool), "\"tier\":\"web\""),
                read(new NamespaceDecoder(pool), "\"env\":\"test\"")));
        assertThat(labels.ofWorkload(WEB)).isEqualTo(new WorkloadLabels.Known(Map.of("tier", "web")));
        assertThat(labels.ofNamespace("web")).isEqualTo(Map.of("env", "test"));

        images.add(image(read(new OwnerDecoder("Deployment", pool), "\"tier\":\"db\"")));
        assertThat(labels.ofWorkload(WEB)).isEqualTo(new WorkloadLabels.Known(Map.of("tier", "db")));
        assertThat(labels.ofNamespace("web")).isEmpty();
    }

    @Test
    void optOut_amongOtherLabels_isStillSeen() throws IOException {
        var event = (ClusterEvent.OwnerApplied)
                read(new OwnerDecoder("Deployment", pool), "\"a\":\"b\",\"opt-out.plimsoll.io/resize\":\"true\"");

        assertThat(event.owner().optOuts()).isEqualTo(Set.of(OptOut.RESIZE));
    }

    /// Owners with a parent are the most there are, and no policy selects them.
    @Test
    void labels_ofAReplicaSetUnderADeployment_areNotKept() throws IOException {
        var event = (ClusterEvent.OwnerApplied)
                read(
                        new OwnerDecoder("ReplicaSet", pool),
                        "\"a\":\"b\"},\"ownerReferences\":[{\"kind\":\"Deployment\",\"name\":\"web\",\"controller\":true}],\"x\":{");

        assertThat(event.owner().parent()).contains(WEB);
        assertThat(event.owner().labels()).isEmpty();
    }

    @Test
    void labels_thatManyObjectsShare_areOneMapAndOneString() throws IOException {
        var first = labels("\"app.kubernetes.io/part-of\":\"shop\"");
        var same = labels("\"app.kubernetes.io/part-of\":\"shop\"");
        var other = labels("\"app.kubernetes.io/part-of\":\"shop\",\"tier\":\"db\"");

        assertThat(same).isSameAs(first);
        assertThat(other.get("app.kubernetes.io/part-of")).isSameAs(first.get("app.kubernetes.io/part-of"));
    }

    private Map<String, String> labels(String json) throws IOException {
        return ((ClusterEvent.OwnerApplied) read(new OwnerDecoder("Deployment", pool), json))
                .owner()
                .labels();
    }

    private static ClusterEvent read(ObjectDecoder<?> decoder, String labels) throws IOException {
        var json = """
                {"metadata":{"name":"web","namespace":"shop","annotations":{"note":"x"},"labels":{%s}}}""".formatted(labels);
        var parser = Json.parser(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
        parser.nextToken();
        return decoder.decode(parser).applied();
    }

    private static ClusterImage image(ClusterEvent... events) {
        var delta = new ClusterDelta(ClusterImage.EMPTY);
        for (var event : events) {
            delta.replay(event);
        }
        return delta.apply();
    }
}
