package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Closing;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every journal of changes promises.
abstract class ChangeJournalContract {

    abstract ChangeJournal journal();

    abstract String namespace();

    @Test
    void change_intended_isReadBackWholeAndOpen() {
        var change = change("web", "it uses more");

        var entry = (Entry.Written) journal().intend(change);

        assertThat(entry.change()).isEqualTo(change);
        var record = record(entry);
        assertThat(record.change()).isEqualTo(change);
        assertThat(record.phase()).isEqualTo(ChangePhase.INTENDED);
        assertThat(record.entry()).isEqualTo(entry);
    }

    @ParameterizedTest
    @EnumSource
    void change_closed_hasThePhaseOfItsResult(ChangePhase phase) {
        var entry = (Entry.Written) journal().intend(change("web", "it uses more"));

        assertThat(journal().close(entry.name(), ChangeResult.of(entry.name(), entry.change(), phase, "so it is")))
                .isEqualTo(new Closing.Written());

        assertThat(record(entry).phase()).isEqualTo(phase);
    }

    /// Of two pods, one was changed; it could not be done with the other, or did it harm.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void change_ofWhichOnePodWasTakenBack_countsAsTakenBackWhereItDidHarm(boolean isHarm) {
        var entry = (Entry.Written) journal().intend(change("web", "it uses more"));
        var pod = entry.change().pods().getFirst();
        var other = new PodChange(new PodKey(pod.pod().namespace(), "other"), "u-other", pod.before(), pod.after());
        var back = new PodResult(other, ChangePhase.REVERTED, "no");
        var result = new ChangeResult(
                entry.name(), List.of(new PodResult(pod, ChangePhase.APPLIED, ""), isHarm ? back.harmed() : back));

        journal().close(entry.name(), result);

        assertThat(record(entry).phase()).isEqualTo(ChangePhase.REVERTED);
        assertThat(record(entry).counts()).isEqualTo(isHarm ? ChangePhase.REVERTED : ChangePhase.APPLIED);
    }

    @Test
    void change_closedTwice_hasTheLaterPhase() {
        var entry = (Entry.Written) journal().intend(change("web", "it uses more"));
        var change = entry.change();

        journal().close(entry.name(), ChangeResult.of(entry.name(), change, ChangePhase.APPLIED, ""));
        journal().close(entry.name(), ChangeResult.of(entry.name(), change, ChangePhase.UNDONE, ""));

        assertThat(record(entry).phase()).isEqualTo(ChangePhase.UNDONE);
    }

    @Test
    void annotations_ofAChange_areReadBackInAnyScript() {
        var change = change("web", "it uses more")
                .with(List.of(
                        Mark.put("example.com/sync", "angehalten 🚢 \" {}"),
                        new Mark("example.com/old", Optional.of(""), Optional.empty())));

        var entry = (Entry.Written) journal().intend(change);

        assertThat(record(entry).change()).isEqualTo(change);
    }

    @Test
    void changes_ofOneWorkload_haveRecordsOfTheirOwn() {
        var change = change("web", "it uses more");

        var first = (Entry.Written) journal().intend(change);
        var second = (Entry.Written) journal().intend(change);

        assertThat(first.name()).isNotEqualTo(second.name());
        assertThat(journal().records(any -> true))
                .extracting(Logged::name)
                .containsOnlyOnce(first.name(), second.name());
    }

    @Test
    void undos_askedFor_areTheChangesThatTakeAnotherOneBack() {
        var change = change("web", "it uses more");
        var taken = (Entry.Written) journal().intend(change);
        var undo = new Change(change.workload(), "", "Undone", "takes it back", Optional.of("web-1"), change.pods());
        var undone = (Entry.Written) journal().intend(undo);

        assertThat(journal().undos())
                .extracting(Logged::name)
                .contains(undone.name())
                .doesNotContain(taken.name());
    }

    @Test
    void record_askedForByName_isTheOneThatIsReadAmongAll() {
        var first = (Entry.Written) journal().intend(change("web", "it uses more"));
        journal().intend(change("web", "it uses even more"));

        var found = journal().records(record -> record.name().equals(first.name()));

        assertThat(journal().record(first.name())).hasValue(found.getFirst());
        assertThat(found).hasSize(1);
        assertThat(journal().record(first.name() + "-not")).isEmpty();
    }

    @Test
    void reason_inAnyScript_isReadBackAsItWas() {
        var reason = "braucht mehr: 内存不足 🚢 \" \\ ' {} <b> \t\n \u202e";

        var entry = (Entry.Written) journal().intend(change("web", reason));

        assertThat(record(entry).change().reason()).isEqualTo(reason);
    }

    Change change(String workload, String reason) {
        var pod = new PodKey(namespace(), workload + "-0");
        return new Change(
                new Owner(namespace(), "Deployment", workload),
                namespace() + "/sized",
                "UsageChanged",
                reason,
                Optional.empty(),
                List.of(new PodChange(
                        pod,
                        "u-0",
                        List.of(new ContainerSpec("main", new Resources(100, 1 << 20), Resources.NONE)),
                        List.of(new ContainerSpec("main", new Resources(250, 3), new Resources(0, 1L << 40))))));
    }

    Logged record(Entry.Written entry) {
        return journal().record(entry.name()).orElseThrow();
    }
}
