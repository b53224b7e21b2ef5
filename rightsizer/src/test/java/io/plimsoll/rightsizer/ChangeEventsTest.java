package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.plimsoll.kubernetes.action.ApiEvents.Happening;
import io.plimsoll.kubernetes.action.ApiEvents.Severity;
import io.plimsoll.kubernetes.action.ApiEvents.Subject;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChangeEventsTest {

    private static final Subject POLICY = new Subject("shop", "OptimizationPolicy", "web");

    private final List<Happening> created = new ArrayList<>();
    private final List<String> repeated = new ArrayList<>();
    private Instant now = Instant.parse("2026-03-04T12:00:00Z");
    private boolean broken;
    private final ChangeEvents events = new ChangeEvents(new Recording(), () -> now);

    @Test
    void changes_ofThreeWorkloads_areAnEventEachAndOneOfTheirPolicyThatCounts() {
        ended("a", ChangePhase.APPLIED, "");
        ended("b", ChangePhase.APPLIED, "");
        events.decided(List.of());
        ended("c", ChangePhase.APPLIED, "");
        events.decided(List.of());

        assertThat(created)
                .extracting(Happening::regarding)
                .containsExactly(workload("a"), workload("b"), POLICY, workload("c"));
        assertThat(repeated).containsExactly("event-2 2", "event-2 3");
        assertThat(created.getFirst())
                .isEqualTo(new Happening(
                        workload("a"),
                        POLICY,
                        Severity.NORMAL,
                        "Resized",
                        "1 pod resized for policy shop/web: it uses more; \"plimsoll undo shop/a-1\" takes it back"));
        assertThat(created.get(2).note()).startsWith("Deployment a: 1 pod resized for policy shop/web: it uses more");
    }

    @Test
    void pass_withoutAChange_writesNothing() {
        events.decided(List.of());

        assertThat(created).isEmpty();
        assertThat(repeated).isEmpty();
    }

    @Test
    void change_appliedOnceRoomWasMade_saysHow() {
        ended("a", ChangePhase.APPLIED, "no room on the node; lowered shop/b-1 by 300m CPU");

        assertThat(created.getFirst().note())
                .isEqualTo("1 pod resized for policy shop/web: it uses more; no room on the node; lowered shop/b-1 by"
                        + " 300m CPU; \"plimsoll undo shop/a-1\" takes it back");
    }

    @Test
    void change_takenBackOrFailed_isAWarningThatSaysWhy() {
        ended("a", ChangePhase.REVERTED, "no room on the node");
        ended("b", ChangePhase.FAILED, "no room on the node; and it could not be taken back");

        assertThat(created)
                .extracting(Happening::severity, Happening::reason, Happening::note)
                .containsExactly(
                        tuple(Severity.WARNING, "ResizeReverted", "taken back: no room on the node (record shop/a-1)"),
                        tuple(
                                Severity.WARNING,
                                "ResizeFailed",
                                "not taken back: no room on the node; and it could not be taken back"
                                        + " (record shop/b-1)"));
    }

    /// Nothing has happened to the workload: that is told in its recommendation.
    @Test
    void change_abandonedOrLeftOpen_isNoEvent() {
        ended("a", ChangePhase.ABANDONED, "refused in a dry run");
        ended("b", ChangePhase.INTENDED, "");
        events.decided(List.of());

        assertThat(created).isEmpty();
    }

    @Test
    void change_longAfterTheLast_beginsAnEventAnew() {
        ended("a", ChangePhase.APPLIED, "");
        events.decided(List.of());
        now = now.plus(Duration.ofMinutes(11));

        ended("b", ChangePhase.APPLIED, "");
        events.decided(List.of());

        assertThat(created)
                .extracting(Happening::regarding)
                .containsExactly(workload("a"), POLICY, workload("b"), POLICY);
        assertThat(repeated).isEmpty();
    }

    @Test
    void events_thatCannotBeWritten_breakNothing() {
        broken = true;

        ended("a", ChangePhase.APPLIED, "");
        events.decided(List.of());

        assertThat(created).isEmpty();
    }

    private void ended(String name, ChangePhase phase, String message) {
        var spec = new ContainerSpec("main", new Resources(100, 64 << 20), Resources.NONE);
        var pod = new PodChange(new PodKey("shop", name + "-pod"), "u-" + name, List.of(spec), List.of(spec));
        var change = new Change(
                new Owner("shop", "Deployment", name),
                "shop/web",
                "UsageChanged",
                "it uses more",
                Optional.empty(),
                List.of(pod));
        events.ended(change, ChangeResult.of("shop/" + name + "-1", change, phase, message));
    }

    private static Subject workload(String name) {
        return new Subject("shop", "Deployment", name);
    }

    private final class Recording implements ChangeEvents.Events {

        @Override
        public String create(Happening happening) throws IOException {
            if (broken) {
                throw new IOException("403");
            }
            created.add(happening);
            return "event-" + (created.size() - 1);
        }

        @Override
        public void repeat(String path, int times) {
            repeated.add(path + " " + times);
        }
    }
}
