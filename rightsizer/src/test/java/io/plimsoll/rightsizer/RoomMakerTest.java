package io.plimsoll.rightsizer;

import static io.plimsoll.rightsizer.CrowdedNode.NEIGHBOUR;
import static io.plimsoll.rightsizer.ScriptedCluster.AFTER;
import static io.plimsoll.rightsizer.ScriptedCluster.BEFORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.PodMover.Answer;
import io.plimsoll.model.action.PodMover.Wish;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.rightsizer.ScriptedCluster.Kubelet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// 450m + 450m + 100m are all that the node has: the raise to 200m lacks 100m.
class RoomMakerTest {

    private static final Resources LOWERED = new Resources(300, NEIGHBOUR.memoryBytes());
    private static final String NO_ROOM = "no room on the node: not enough cpu";

    @Test
    void raise_thatNeighboursSlackCovers_isAppliedAndSaysWhoWasLowered() throws Exception {
        var node = new CrowdedNode(450, 300);

        var result = run(node);

        assertThat(result.phase()).isEqualTo(ChangePhase.APPLIED);
        assertThat(result.message()).isEqualTo(NO_ROOM + "; lowered shop/web-2 by 150m CPU");
        assertThat(requests(node)).containsExactly(AFTER, NEIGHBOUR, LOWERED);
        assertThat(node.cluster.elapsed()).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void lowering_hasARecordOfItsOwnThatCanBeTakenBackAlone() throws Exception {
        var node = new CrowdedNode(450, 300);
        run(node);
        var lowering = node.journal.records().getLast();

        node.cluster.cpuMillisMax = Long.MAX_VALUE;
        var undone = new Undo(
                        node.cluster, node.cluster, node.journal, node.cluster.context(), TransactionSettings.DEFAULT)
                .undo(lowering.name());

        assertThat(lowering.change().code()).isEqualTo("MakesRoom");
        assertThat(lowering.change().reason())
                .startsWith("makes room for shop/web-0, which lacks 100m CPU on node n1. main: CPU ");
        assertThat(undone.isApplied()).isTrue();
        assertThat(requests(node)).containsExactly(AFTER, NEIGHBOUR, NEIGHBOUR);
    }

    @Test
    void raise_thatNeighboursSlackDoesNotCover_lowersNobodyAndSaysWhatWasTried() throws Exception {
        var node = new CrowdedNode(400, 410);

        var result = run(node);

        assertThat(result.phase()).isEqualTo(ChangePhase.REVERTED);
        assertThat(result.message())
                .isEqualTo(NO_ROOM + "; no neighbours' proven slack covers the 100m CPU that node n1 lacks;"
                        + " moving pods is not available");
        assertThat(requests(node)).containsExactly(BEFORE, NEIGHBOUR, NEIGHBOUR);
        assertThat(node.journal.records()).hasSize(1);
        assertThat(node.cluster.elapsed()).isBetween(Duration.ofMinutes(2), Duration.ofSeconds(123));
    }

    /// What neighbours had before the API server was out of reach says nothing of what they can give up now.
    @Test
    void raise_whileThePictureIsTooOld_lowersNobody() throws Exception {
        var node = new CrowdedNode(450, 300);
        node.isImageOld = true;

        var result = run(node);

        assertThat(result.phase()).isEqualTo(ChangePhase.REVERTED);
        assertThat(result.message()).startsWith(NO_ROOM + "; what its node has is not known for now");
        assertThat(requests(node)).containsExactly(BEFORE, NEIGHBOUR, NEIGHBOUR);
    }

    /// The neighbour's own change frees the room, a little later.
    @Test
    void neighbour_inAChangeOfItsOwn_isLeftToItAndWaitedFor() throws Exception {
        var node = new CrowdedNode(450, 300);
        node.open.add(CrowdedNode.workload(2));
        node.cluster.atLook.put(10, () -> node.cluster.set(2, LOWERED));
        node.cluster.atLook.put(11, () -> node.cluster.look(ScriptedCluster.key(2)));

        var result = run(node);

        assertThat(result.phase()).isEqualTo(ChangePhase.APPLIED);
        assertThat(node.journal.records()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "INFEASIBLE, shop/web-2 was not lowered: not possible on the node: node too small",
        "ERROR, shop/web-2 was not lowered: the kubelet failed: below current usage"
    })
    void lowering_thatIsTakenBack_endsTheStepAndTheRaise(Kubelet kubelet, String words) throws Exception {
        var node = new CrowdedNode(450, 300);
        node.cluster.kubelet.addAll(List.of(Kubelet.DONE, kubelet));

        var result = run(node);

        assertThat(result.phase()).isEqualTo(ChangePhase.REVERTED);
        assertThat(result.message()).contains(words);
        assertThat(requests(node)).containsExactly(BEFORE, NEIGHBOUR, NEIGHBOUR);
        assertThat(node.journal.records()).extracting(Logged::phase).containsOnly(ChangePhase.REVERTED);
    }

    // Moving

    /// The neighbour leaves, and the raise finds room.
    @Test
    void neighbour_thatIsMoved_makesRoom() throws Exception {
        var node = new CrowdedNode(450, 450);
        var wishes = new ArrayList<Wish>();
        node.mover = (wish, waits) -> {
            wishes.add(wish);
            node.cluster.set(2, new Resources(0, 0));
            node.cluster.look(ScriptedCluster.key(2));
            return new Answer.Moved("moved shop/web-2 to node n2");
        };

        var result = run(node);

        assertThat(result.phase()).isEqualTo(ChangePhase.APPLIED);
        assertThat(result.message()).endsWith("lacks; moved shop/web-2 to node n2");
        assertThat(wishes).containsExactly(new Wish(ScriptedCluster.key(0), "u-0", new Resources(100, 0)));
    }

    @Test
    void pod_thatIsMovedItself_needsNothingToBeTakenBack() throws Exception {
        var node = new CrowdedNode(450, 450);
        node.mover = (wish, waits) -> {
            node.cluster.edit(0, ScriptedCluster::terminating);
            node.cluster.delete(0);
            return new Answer.Moved("shop/web-0 has gone itself");
        };

        var result = run(node);

        assertThat(result.phase()).isEqualTo(ChangePhase.ABANDONED);
        assertThat(result.message()).endsWith("shop/web-0 has gone itself; the pod is gone");
    }

    // What is not known

    @Test
    void neighbours_ofWhichNothingIsKnownYet_areWaitedForUntilThePassIsMade() throws Exception {
        var node = new CrowdedNode(450, 300);
        var replica = node.replica();
        var found = node.found();
        replica.room.learn(Optional.empty());
        node.cluster.atPause = () -> replica.room.learn(Optional.of(found));

        assertThat(replica.transaction.run(CrowdedNode.raise(), Duration.ZERO).phase())
                .isEqualTo(ChangePhase.APPLIED);
    }

    @Test
    void neighbours_ofWhichNothingGetsKnown_areNotLowered() throws Exception {
        var node = new CrowdedNode(450, 300);
        var replica = node.replica();
        replica.room.learn(Optional.empty());

        var result = replica.transaction.run(CrowdedNode.raise(), Duration.ZERO);

        assertThat(result.phase()).isEqualTo(ChangePhase.REVERTED);
        assertThat(result.message()).contains("what neighbours could give up is not known for now");
    }

    // Killed in between

    /// `intend 1` and `close 2` are the raise's, `intend 2` and `close 1` the lowering's.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "after intend 1",
                "before patch 1",
                "after patch 1",
                "before intend 2",
                "after intend 2",
                "before patch 2",
                "after patch 2",
                "before close 1",
                "after close 1",
                "before close 2",
                "after close 2"
            })
    void process_killedOnTheLadder_leavesWhatTheNextOneEnds(String end) throws Exception {
        var node = new CrowdedNode(450, 300);

        assertThatThrownBy(() -> node.replica(end).transaction.run(CrowdedNode.raise(), Duration.ZERO))
                .isInstanceOf(MortalProcess.Killed.class);
        node.replica().resumeAll();

        assertThat(node.journal.records()).allMatch(record -> record.phase().isFinal());
        assertTrue(node);
        // What was sent is seen through; what was only written down was never begun.
        boolean isSent = !end.equals("after intend 1") && !end.equals("before patch 1");
        assertThat(node.cluster.requests(0)).isEqualTo(isSent ? AFTER : BEFORE);
        assertThat(node.cluster.requests(2)).isEqualTo(isSent ? LOWERED : NEIGHBOUR);
    }

    // Laws

    /// Whatever is answered and wherever it is killed: no pod is changed without a record, nobody is lowered below
    /// what it needs, and each record says what is so.
    ///
    /// @param unclear the number of the record of which it is not known whether it is there, mostly none
    @Property(tries = 2000, seed = "4711")
    void anyAnswersAndAnyDeath_leaveRecordsThatAreTrue(
            @ForAll List<ScriptedCluster.Answer> answers,
            @ForAll List<Kubelet> kubelet,
            @ForAll @IntRange(min = 250, max = 450) int needsOne,
            @ForAll @IntRange(min = 250, max = 450) int needsTwo,
            @ForAll @IntRange(min = 0, max = 40) int look,
            @ForAll @IntRange(max = 8) int unclear)
            throws Exception {
        var node = new CrowdedNode(needsOne, needsTwo);
        node.cluster.answers.addAll(answers.subList(0, Math.min(8, answers.size())));
        node.cluster.kubelet.addAll(kubelet.subList(0, Math.min(4, kubelet.size())));

        try {
            var ignored =
                    node.replica("after look " + look, unclear).transaction.run(CrowdedNode.raise(), Duration.ZERO);
        } catch (MortalProcess.Killed killed) {
            assertThat(killed).hasMessageContaining("look");
        }
        node.cluster.answers.clear();
        node.cluster.kubelet.clear();
        node.replica().resumeAll();

        assertThat(node.journal.records()).allMatch(record -> record.phase().isFinal());
        assertTrue(node);
        assertThat(node.cluster.requests(1).cpuMillis()).isBetween((long) needsOne, NEIGHBOUR.cpuMillis());
        assertThat(node.cluster.requests(2).cpuMillis()).isBetween((long) needsTwo, NEIGHBOUR.cpuMillis());
    }

    /// Each pod asks for what the last of its records that came to something says, or for what it did at first.
    private static void assertTrue(CrowdedNode node) {
        var asked = new ArrayList<>(List.of(BEFORE, NEIGHBOUR, NEIGHBOUR));
        boolean isFailed = false;
        for (var record : node.journal.records()) {
            isFailed |= record.phase() == ChangePhase.FAILED;
            if (record.phase() == ChangePhase.APPLIED) {
                var pod = record.change().pods().getFirst();
                asked.set(
                        Integer.parseInt(pod.pod().name().substring("web-".length())),
                        pod.after().getFirst().requests());
            }
        }
        if (!isFailed) {
            assertThat(requests(node)).as("%s", node.cluster.log).isEqualTo(asked);
        }
    }

    private static ChangeResult run(CrowdedNode node) throws InterruptedException {
        return node.replica().transaction.run(CrowdedNode.raise(), Duration.ZERO);
    }

    private static List<Resources> requests(CrowdedNode node) {
        var requests = new ArrayList<Resources>();
        for (int i = 0; i < 3; i++) {
            requests.add(node.cluster.requests(i));
        }
        return requests;
    }
}
