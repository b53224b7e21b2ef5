package io.plimsoll.kubernetes.limit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.NamespaceLimits;
import io.plimsoll.model.recommendation.NamespaceLimits.Range;
import io.plimsoll.model.recommendation.NamespaceLimits.Room;
import io.plimsoll.model.recommendation.ResourceKind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class ApiNamespaceLimitsTest {

    private static final String RANGES = "/api/v1/limitranges";
    private static final String QUOTAS = "/api/v1/resourcequotas";
    private static final String NONE = "{\"metadata\":{},\"items\":[]}";

    /// What is answered to each path without its query; 403 for all others.
    private final Map<String, String> answers = new ConcurrentHashMap<>();

    @Test
    void limits_ofBothKinds_areByNamespaceWithTheirNames() {
        answers.put(RANGES, """
                {"metadata":{},"items":[{"metadata":{"namespace":"shop","name":"sizes"},"spec":{"limits":[
                 {"type":"Container","min":{"cpu":"50m"},"max":{"memory":"1Gi"}},
                 {"type":"PersistentVolumeClaim","max":{"storage":"1Gi"}},
                 {"type":"Pod","max":{"cpu":"4"}}]}}]}""");
        answers.put(QUOTAS, """
                {"metadata":{},"items":[{"metadata":{"namespace":"shop","name":"team"},
                 "status":{"hard":{"requests.cpu":"2","limits.memory":"1Gi","pods":"9"},
                 "used":{"requests.cpu":"1500m","limits.memory":"2Gi"}}}]}""");

        assertThat(known(1))
                .isEqualTo(Map.of(
                        "shop",
                        new NamespaceLimits(
                                List.of(
                                        new Range("sizes", new Resources(50, 0), new Resources(0, 1L << 30), false),
                                        new Range("sizes", Resources.NONE, Resources.NONE, true)),
                                List.of(
                                        new Room("team", false, ResourceKind.CPU, 500),
                                        new Room("team", true, ResourceKind.MEMORY, 0)))));
    }

    /// Raises are then tried, and refused in a dry run.
    @Test
    void limits_thatMayNotBeRead_areNoneAndToldOnce() {
        answers.put(RANGES, NONE);
        var log = (Logger) LoggerFactory.getLogger(ApiNamespaceLimits.class);
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);

        var known = known(3);

        log.detachAppender(lines);
        assertThat(known).isEmpty();
        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage()).contains("403");
        });
    }

    private Map<String, NamespaceLimits> known(int times) {
        try (var api = new LoopbackApi(exchange -> {
                    var answer = answers.get(exchange.getRequestURI().getPath());
                    LoopbackApi.json(exchange, answer == null ? 403 : 200, answer == null ? "{}" : answer);
                });
                var server = new ApiServer(api.client())) {
            var limits = new ApiNamespaceLimits(server);
            for (int i = 1; i < times; i++) {
                assertThat(limits.known()).isEmpty();
            }
            return limits.known();
        }
    }
}
