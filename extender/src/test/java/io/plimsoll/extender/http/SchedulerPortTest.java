package io.plimsoll.extender.http;

import static io.plimsoll.extender.Clusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.extender.Requests;
import io.plimsoll.extender.RunningExtender;
import io.plimsoll.model.cluster.ClusterImage;
import org.junit.jupiter.api.Test;

class SchedulerPortTest {

    @Test
    void filter_allNodesFit_echoesNames() throws Exception {
        var image = cluster().node("n1", 0.2, 0.2).node("n2", 0.3, 0.2).image();
        try (var extender = RunningExtender.on(image)) {

            var reply = extender.filter(Requests.names("n2", "n1"));

            assertThat(reply).isEqualTo("""
                            {"Nodes":null,"NodeNames":["n2","n1"],"FailedNodes":{},"FailedAndUnresolvableNodes":{},\
                            "Error":""}""");
        }
    }

    @Test
    void prioritize_notSynced_givesEqualScoresAndCountsIt() throws Exception {
        try (var extender = RunningExtender.on(ClusterImage.EMPTY)) {

            var reply = extender.prioritize(Requests.names("n1", "n2"));

            assertThat(reply).isEqualTo("[{\"Host\":\"n1\",\"Score\":0},{\"Host\":\"n2\",\"Score\":0}]");
            assertThat(extender.metric("plimsoll_extender_neutral_total{cause=\"not-synced\",verb=\"prioritize\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void prioritize_nodesDiffer_scoresEachOnce() throws Exception {
        var image = cluster()
                .node("idle", 0.2, 0.2)
                .node("busy", 0.8, 0.2)
                .pod("a", "busy", 3_400)
                .image();
        try (var extender = RunningExtender.on(image)) {

            var reply = extender.prioritize(Requests.names("busy", "idle"));

            assertThat(reply).matches("\\[\\{\"Host\":\"busy\",\"Score\":\\d},\\{\"Host\":\"idle\",\"Score\":\\d+}]");
            assertThat(extender.server().decisions().latest(1).getFirst().neutral())
                    .isEmpty();
        }
    }
}
