package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.PodKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a right-sizer makes of changes in the middle of which something broke, while it lives on.
@Timeout(30)
class BrokenOffChangesTest {

    private final ScriptedRightsizer rightsizer = new ScriptedRightsizer(2);

    /// Each step of a change of two pods. Whichever it is, no record stays open, and what it says is so.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "before intend 1", "before look 1", "after look 1", "before patch 1", "after patch 1", "after look 2",
                "after look 3", "after look 4", "before patch 2", "after patch 2", "after look 6", "after look 7",
                "before close 1", "after close 1"
            })
    void change_inTheMiddleOfWhichABugThrows_isResumedBySameProcess(String step) throws Exception {
        var buggy = MortalProcess.withABug(rightsizer.cluster, rightsizer.cluster, rightsizer.journal, step);

        rightsizer.runUntil(buggy, buggy, buggy, this::areAllEnded);

        assertThat(rightsizer.journal.records()).allMatch(record -> record.phase() != ChangePhase.FAILED);
        for (int i = 0; i < 2; i++) {
            boolean isSaidToBeChanged = isApplied(ScriptedCluster.key(i));
            assertThat(!rightsizer.cluster.requests(i).equals(ScriptedCluster.BEFORE))
                    .as("web-%d is changed, as the records say", i)
                    .isEqualTo(isSaidToBeChanged);
        }
    }

    private boolean isApplied(PodKey pod) {
        return rightsizer.journal.closed().values().stream()
                .flatMap(result -> result.pods().stream())
                .anyMatch(result -> result.change().pod().equals(pod) && result.phase() == ChangePhase.APPLIED);
    }

    private boolean areAllEnded() {
        var records = rightsizer.journal.records();
        return !records.isEmpty()
                && records.stream().allMatch(record -> record.phase().isFinal());
    }

    /// The API server has written the record and said 500; asking for it failed too. Nothing was sent for it, so
    /// the record that is there says so, and the next change is the one that is carried out.
    @Test
    void record_ofWhichItIsNotKnownWhetherItWasWritten_isClosedAndNothingIsSentForIt() throws Exception {
        var journal = new UnclearJournal(rightsizer.journal, 1, 0);

        rightsizer.runUntil(
                rightsizer.cluster, rightsizer.cluster, journal, () -> rightsizer.ended.size() == 2 && areAllEnded());

        assertThat(rightsizer.ended).containsExactly("UsageChanged ABANDONED", "UsageChanged APPLIED");
        assertThat(rightsizer.journal.closed())
                .extractingByKey("change-0")
                .extracting(ChangeResult::message)
                .isEqualTo("it is not known whether a record of it was written, so nothing was sent: 500 no leader");
    }

    /// The API server was slow, and the first attempt to close the record found none.
    @Test
    void record_thatComesToBeThereAfterItWasClosedInVain_isClosedAgain() throws Exception {
        var journal = new UnclearJournal(rightsizer.journal, 1, 1);

        rightsizer.runUntil(
                rightsizer.cluster, rightsizer.cluster, journal, () -> rightsizer.ended.size() == 2 && areAllEnded());

        assertThat(rightsizer.journal.closed())
                .extractingByKey("change-0")
                .extracting(ChangeResult::phase)
                .isEqualTo(ChangePhase.ABANDONED);
    }
}
