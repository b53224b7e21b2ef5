package io.plimsoll.extender.http;

import static io.plimsoll.extender.Clusters.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.plimsoll.extender.GoPayloads;
import io.plimsoll.extender.RunningExtender;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/// What the schedulers of each version send, in both modes.
@TestInstance(Lifecycle.PER_CLASS)
class VersionsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REASON = "node CPU use is above the safe load";

    private RunningExtender extender;

    @BeforeAll
    void start() throws Exception {
        extender = RunningExtender.on(cluster()
                .node("calm", 0.3, 0.3)
                .node("hot", 0.97, 0.3)
                .pod("a", "hot", 3_900)
                .image());
    }

    @AfterAll
    void stop() {
        extender.close();
    }

    @Test
    void names_ofEveryVersion_areJudgedByTheirPod() throws Exception {
        for (int minor : GoPayloads.minorVersions()) {
            var body = GoPayloads.names(minor, "calm", "hot");
            assertThat(JSON.readTree(body)).isNotNull();

            assertThat(extender.filter(body)).as("1." + minor).isEqualTo("""
                    {"Nodes":null,"NodeNames":["calm"],"FailedNodes":{},"FailedAndUnresolvableNodes":{"hot":"%s"},\
                    "Error":""}""".formatted(REASON));
            assertThat(extender.prioritize(body))
                    .as("1." + minor)
                    .isEqualTo("[{\"Host\":\"calm\",\"Score\":10},{\"Host\":\"hot\",\"Score\":0}]");
            assertThat(extender.server().decisions().latest(1).getFirst().pod().map(Object::toString))
                    .contains("shop/web-7d-x2x");
        }
    }

    @Test
    void wholeNodes_ofEveryVersion_comeBackByteByByte() throws Exception {
        for (int minor : GoPayloads.minorVersions()) {
            var body = GoPayloads.nodes(minor, "calm", "hot");

            assertThat(extender.filter(body)).as("1." + minor).isEqualTo("""
                    {"Nodes":{"metadata":{},"items":[%s]},"NodeNames":null,"FailedNodes":{},\
                    "FailedAndUnresolvableNodes":{"hot":"%s"},"Error":""}""".formatted(
                            GoPayloads.node(minor, "calm"), REASON));
            assertThat(extender.prioritize(body))
                    .as("1." + minor)
                    .isEqualTo("[{\"Host\":\"calm\",\"Score\":10},{\"Host\":\"hot\",\"Score\":0}]");
        }
    }

    @Test
    void envelope_inAnyCase_isReadAlike() throws Exception {
        for (var key : new String[] {"Pod", "Nodes", "NodeNames"}) {
            for (var written : new String[] {key.toLowerCase(Locale.ROOT), key.toUpperCase(Locale.ROOT)}) {
                var body = GoPayloads.names(36, "calm", "hot").replace('"' + key + '"', '"' + written + '"');

                assertThat(extender.prioritize(body))
                        .as(written)
                        .isEqualTo("[{\"Host\":\"calm\",\"Score\":10},{\"Host\":\"hot\",\"Score\":0}]");
            }
        }
    }
}
