package io.plimsoll.rightsizer;

import static io.plimsoll.rightsizer.ScriptedCluster.AFTER;
import static io.plimsoll.rightsizer.ScriptedCluster.BEFORE;
import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.rightsizer.ScriptedCluster.Answer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UndoTest {

    private final ScriptedCluster cluster = ScriptedCluster.ofPods(2);
    private final MemoryJournal journal = new MemoryJournal();
    private final Undo undo = new Undo(cluster, cluster, journal, cluster.context(), TransactionSettings.DEFAULT);

    @Test
    void undo_ofAllPods_closesTheRecord() throws Exception {
        var name = applied();

        var result = undo.undo(name);

        assertThat(result.phase()).isEqualTo(ChangePhase.APPLIED);
        assertThat(phase(name)).isEqualTo(ChangePhase.UNDONE);
        assertThat(List.of(cluster.requests(0), cluster.requests(1))).containsOnly(BEFORE);
    }

    /// Nobody said anything of the second pod when it was looked at.
    @Test
    void undo_onePodCannotBeSetBackForNow_canBeTriedAgain() throws Exception {
        var name = applied();
        cluster.blindLooks.addAll(List.of(false, true));

        undo.undo(name);

        assertThat(List.of(cluster.requests(0), cluster.requests(1))).containsExactly(BEFORE, AFTER);
        assertThat(phase(name)).isEqualTo(ChangePhase.APPLIED);

        undo.undo(name);

        assertThat(cluster.requests(1)).isEqualTo(BEFORE);
        assertThat(phase(name)).isEqualTo(ChangePhase.UNDONE);
    }

    /// It will never be there again.
    @Test
    void undo_onePodIsGone_closesTheRecord() throws Exception {
        var name = applied();
        cluster.delete(1);

        undo.undo(name);

        assertThat(phase(name)).isEqualTo(ChangePhase.UNDONE);
    }

    /// What a lowering has freed, others have by now.
    @Test
    void undo_thatAQuotaDoesNotLet_saysSoAndChangesNothing() throws Exception {
        var name = applied();
        cluster.dryRun = new Outcome.Refused(
                Refusal.ADMISSION,
                "exceeded quota: team, requested: cpu=100m, used: cpu=2, limited: cpu=2",
                Optional.empty());

        var preview = undo.preview(name);
        var result = undo.undo(name);

        assertThat(preview.refusal()).hasValueSatisfying(why -> assertThat(why).contains("exceeded quota: team"));
        assertThat(result.phase()).isEqualTo(ChangePhase.ABANDONED);
        assertThat(result.message()).startsWith("refused in a dry run: exceeded quota: team");
        assertThat(cluster.log).noneMatch(line -> line.startsWith("PATCH"));
        assertThat(phase(name)).as("it can be tried again").isEqualTo(ChangePhase.APPLIED);
    }

    /// The quota was used up between the dry run and the change.
    @Test
    void undo_thatAQuotaRefusesAtTheLastMoment_leavesThePodAsItIs() throws Exception {
        var name = applied();
        cluster.answers.addAll(List.of(Answer.INVALID, Answer.INVALID));

        var result = undo.undo(name);

        assertThat(result.phase()).isEqualTo(ChangePhase.ABANDONED);
        assertThat(result.message()).contains("exceeded quota");
        assertThat(List.of(cluster.requests(0), cluster.requests(1))).containsOnly(AFTER);
        assertThat(phase(name)).isEqualTo(ChangePhase.APPLIED);
    }

    /// The record of a change that raised both pods.
    private String applied() {
        var change = ScriptedCluster.change(2);
        var entry = (Entry.Written) journal.intend(change);
        journal.close(entry.name(), ChangeResult.of(entry.name(), change, ChangePhase.APPLIED, ""));
        cluster.set(0, AFTER);
        cluster.set(1, AFTER);
        return entry.name();
    }

    private ChangePhase phase(String name) {
        return journal.records().stream()
                .filter(record -> record.name().equals(name))
                .findFirst()
                .orElseThrow()
                .phase();
    }
}
