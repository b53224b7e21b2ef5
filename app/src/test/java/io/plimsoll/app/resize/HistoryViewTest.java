package io.plimsoll.app.resize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.plimsoll.kubernetes.action.ChangeReport;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryViewTest {

    private static final long MIB = 1L << 20;

    @Test
    void table_aRevertedChange_saysWhatItWasAndWhyItWasTakenBack() {
        var report = report("raises CPU", "not possible on the node");

        assertThat(HistoryView.table(List.of(report))).isEqualTo("""
                        TIME                  ID           WORKLOAD        PHASE     PODS  FIRST POD                                          WHY
                        1970-01-01T00:00:01Z  shop/web-1x  Deployment/web  REVERTED  1     main: CPU 100m → 150m, memory limit none → 2.00Gi  raises CPU [not possible on the node]
                        """);
    }

    @Test
    void table_wordsWithControlCharacters_doNotReachTheTerminal() {
        assertThat(HistoryView.table(List.of(report("red \u001b[31m alert\nnext", "x"))))
                .doesNotContain("\u001b")
                .hasLineCount(2);
    }

    @Test
    void json_ofAChange_hasAmountsBeforeAndAfter() throws Exception {
        var json = new ObjectMapper().readTree(HistoryView.json(List.of(report("raises CPU", "no room"))));

        var pod = json.path(0).path("pods").path(0);
        assertThat(json.path(0).path("id").asText()).isEqualTo("shop/web-1x");
        assertThat(json.path(0).path("messages").path(0).asText()).isEqualTo("no room");
        assertThat(pod.at("/containers/0/before/requests/cpuMillis").asInt()).isEqualTo(100);
        assertThat(pod.at("/containers/0/after/limits/memoryBytes").asLong()).isEqualTo(2_048 * MIB);
    }

    /// As they come: by name.
    @Test
    void latest_ofManyChanges_areHeldAloneTheOldestFirst() {
        var latest = new LatestReports(2);
        for (long at : new long[] {3_000, 1_000, 4_000, 2_000}) {
            latest.add(report("raises CPU", "", at));
        }

        assertThat(latest.held())
                .extracting(report -> report.logged().createdMillis())
                .containsExactly(3_000L, 4_000L);
        assertThat(latest.seen()).isEqualTo(4);
    }

    private static ChangeReport report(String reason, String message) {
        return report(reason, message, 1_000);
    }

    private static ChangeReport report(String reason, String message, long atMillis) {
        var pod = new PodChange(
                new PodKey("shop", "web-a"),
                "uid",
                List.of(new ContainerSpec("main", new Resources(100, 64 * MIB), Resources.NONE)),
                List.of(new ContainerSpec("main", new Resources(150, 64 * MIB), new Resources(0, 2_048 * MIB))));
        var change = new Change(
                new Owner("shop", "Deployment", "web"),
                "shop/sizes",
                "UsageChanged",
                reason,
                Optional.empty(),
                List.of(pod));
        return new ChangeReport(new Logged("shop/web-1x", atMillis, change, ChangePhase.REVERTED), List.of(message));
    }
}
