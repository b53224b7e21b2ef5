package io.plimsoll.rightsizer;

import static io.plimsoll.rightsizer.ScriptedCluster.AFTER;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.rightsizer.ScriptedCluster.Kubelet;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Annotations that go with changes.
class MarkedChangesTest {

    private static final Mark PAUSE = Mark.put("example.com/sync", "paused");
    private static final Mark OWNER = Mark.put("example.com/owner", "plimsoll");

    private final ScriptedCluster cluster = ScriptedCluster.ofPods(2);
    private final MemoryJournal journal = new MemoryJournal();

    @Test
    void change_ofTwoPods_marksTheWorkloadOnceBetweenThemAndSaysSoInItsRecord() throws Exception {
        var result = transaction().run(change(PAUSE), Duration.ZERO);

        assertThat(result.phase()).isEqualTo(ChangePhase.APPLIED);
        assertThat(cluster.annotations).isEqualTo(Map.of("example.com/sync", "paused"));
        assertThat(cluster.log)
                .containsExactly(
                        "dry run web-0", "PATCH web-0 200m TAKEN", "mark example.com/sync", "PATCH web-1 200m TAKEN");
        assertThat(recorded().marks()).containsExactly(PAUSE);
    }

    @Test
    void annotation_thatIsThereAlready_isLeftAndNotRecorded() throws Exception {
        cluster.annotations.put("example.com/sync", "manual");

        transaction().run(change(PAUSE, OWNER), Duration.ZERO);

        assertThat(cluster.annotations)
                .isEqualTo(Map.of("example.com/sync", "manual", "example.com/owner", "plimsoll"));
        assertThat(recorded().marks()).containsExactly(OWNER);
    }

    @Test
    void change_thatCameToNothing_marksNothing() throws Exception {
        cluster.kubelet.addAll(List.of(Kubelet.INFEASIBLE, Kubelet.DONE, Kubelet.INFEASIBLE, Kubelet.DONE));

        transaction().run(change(PAUSE), Duration.ZERO);

        assertThat(cluster.annotations).isEmpty();
    }

    @Test
    void mark_forbidden_keepsThePodsFromBeingChangedAndNamesTheRule() throws Exception {
        var rights = new Rights(cluster.context().clock());
        cluster.markAnswers.add(new Outcome.Refused(Refusal.FORBIDDEN, "403 cannot patch", Optional.empty()));

        var result = new ResizeTransaction(
                        rights.noting(cluster), cluster, journal, cluster.context(), TransactionSettings.DEFAULT)
                .run(change(PAUSE), Duration.ZERO);

        assertThat(result.phase()).isEqualTo(ChangePhase.ABANDONED);
        assertThat(journal.records()).isEmpty();
        assertThat(cluster.log).containsExactly("dry run web-0");
        assertThat(rights.missing("shop"))
                .hasValueSatisfying(why -> assertThat(why)
                        .startsWith("403 cannot patch")
                        .contains("manifests/overlays/rightsizer-annotations/rbac.yaml"));
    }

    /// The pods have what they were to have: that is no reason to take it back.
    @Test
    void mark_thatFailsAfterTheChange_isSaidBesideTheOutcome() throws Exception {
        cluster.markAnswers.add(new Outcome.Done());
        cluster.markAnswers.addAll(Collections.nCopies(5, new Outcome.Failed("no answer")));

        var result = transaction().run(change(PAUSE), Duration.ZERO);

        assertThat(result.phase()).isEqualTo(ChangePhase.APPLIED);
        assertThat(result.pods().getFirst().message())
                .isEqualTo("the workload's annotations could not be set: no answer");
        assertThat(cluster.requests(1)).isEqualTo(AFTER);
    }

    /// The process was gone between the change and its mark.
    @Test
    void change_resumedWithAPodThatWasChanged_marksTheWorkload() throws Exception {
        var entry = (Entry.Written) journal.intend(change(PAUSE));
        cluster.set(0, AFTER);

        transaction().resume(entry);

        assertThat(cluster.annotations).isEqualTo(Map.of("example.com/sync", "paused"));
    }

    /// The process was gone between the mark and the record's end, and then the pods were.
    @Test
    void change_resumedWhenItsPodsWereReplaced_takesItsOwnMarkOffAndNoOther() throws Exception {
        cluster.annotations.put("example.com/owner", "somebody");
        var entry = (Entry.Written) journal.intend(change(PAUSE, OWNER));
        cluster.annotations.put("example.com/sync", "paused");
        cluster.delete(0);
        cluster.delete(1);

        var result = transaction().resume(entry);

        assertThat(result.phase()).isEqualTo(ChangePhase.ABANDONED);
        assertThat(cluster.annotations).isEqualTo(Map.of("example.com/owner", "somebody"));
    }

    @Test
    void change_resumedWhenItsPodsWereReplaced_saysBesideTheOutcomeThatItsMarkCannotBeTakenOff() throws Exception {
        var entry = (Entry.Written) journal.intend(change(PAUSE));
        cluster.delete(0);
        cluster.delete(1);
        cluster.markAnswers.addAll(Collections.nCopies(5, new Outcome.Failed("no answer")));

        var result = transaction().resume(entry);

        assertThat(result.pods().getFirst().message())
                .isEqualTo("the pod is gone; the workload's annotations could not be set: no answer");
    }

    @Test
    void undo_resumedWhenThePodsWereReplaced_putsNoMarkBack() throws Exception {
        var name = transaction().run(change(PAUSE), Duration.ZERO).record();
        var undone = change(PAUSE.inverse());
        var undo = new Change(
                undone.workload(), "", "Undone", "takes back", Optional.of(name), undone.pods(), undone.marks());
        var entry = (Entry.Written) journal.intend(undo);
        cluster.annotations.clear();
        cluster.delete(0);
        cluster.delete(1);

        transaction().resume(entry);

        assertThat(cluster.annotations).isEmpty();
    }

    @Test
    void undo_ofAMarkedChange_takesAwayWhatItSetAndNothingElse() throws Exception {
        cluster.annotations.put("example.com/owner", "somebody");
        var name = transaction().run(change(PAUSE, OWNER), Duration.ZERO).record();

        undo().undo(name);

        assertThat(cluster.annotations).isEqualTo(Map.of("example.com/owner", "somebody"));
    }

    @Test
    void undo_ofAMarkThatSomebodyHasChangedSince_leavesIt() throws Exception {
        var name = transaction().run(change(PAUSE), Duration.ZERO).record();
        cluster.annotations.put("example.com/sync", "manual");

        undo().undo(name);

        assertThat(cluster.annotations).isEqualTo(Map.of("example.com/sync", "manual"));
    }

    private ResizeTransaction transaction() {
        return new ResizeTransaction(cluster, cluster, journal, cluster.context(), TransactionSettings.DEFAULT);
    }

    private Undo undo() {
        return new Undo(cluster, cluster, journal, cluster.context(), TransactionSettings.DEFAULT);
    }

    private static Change change(Mark... marks) {
        return ScriptedCluster.change(2).with(List.of(marks));
    }

    private Change recorded() {
        return journal.records().getFirst().change();
    }
}
