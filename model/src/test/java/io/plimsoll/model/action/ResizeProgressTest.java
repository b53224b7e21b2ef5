package io.plimsoll.model.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.LivePod.LiveContainer;
import io.plimsoll.model.action.LivePod.ResizeCondition;
import io.plimsoll.model.action.ResizeProgress.State;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResizeProgressTest {

    private static final long GENERATION = 5;
    private static final ContainerSpec OLD = container(100, 64);
    private static final ContainerSpec WANTED = container(250, 96);
    private static final Optional<ResizeCondition> NONE = Optional.empty();

    @Test
    void progress_seenWithoutConditionsAndActual_isDone() {
        assertThat(state(pod(5, WANTED, WANTED, NONE, NONE))).isEqualTo(State.DONE);
    }

    /// 250m are 256 of 1024 shares; the way back may end at 249m.
    @Test
    void progress_actualRoundedByTheRuntime_isDone() {
        assertThat(state(pod(5, WANTED, container(249, 96), NONE, NONE))).isEqualTo(State.DONE);
    }

    @Test
    void progress_kubeletStillAtTheFormerGeneration_isUnseen() {
        assertThat(state(pod(4, WANTED, OLD, NONE, NONE))).isEqualTo(State.UNSEEN);
    }

    @Test
    void progress_actualStillTheFormer_isInProgress() {
        assertThat(state(pod(5, WANTED, OLD, NONE, NONE))).isEqualTo(State.IN_PROGRESS);
    }

    @Test
    void progress_deferred_saysTheKubeletsWords() {
        var pod = pod(5, WANTED, OLD, condition("Deferred", 5), NONE);

        assertThat(ResizeProgress.of(pod, List.of(WANTED), GENERATION))
                .isEqualTo(new ResizeProgress(State.DEFERRED, "said of Deferred"));
    }

    @Test
    void progress_conditionOfAFormerResize_isNotTakenForThisOne() {
        assertThat(state(pod(4, WANTED, OLD, condition("Infeasible", 4), NONE))).isEqualTo(State.UNSEEN);
        assertThat(state(pod(5, WANTED, OLD, condition("Infeasible", 5), NONE))).isEqualTo(State.INFEASIBLE);
    }

    /// Before Kubernetes 1.34 nothing told which generation it spoke of.
    @Test
    void progress_generationsNotTold_isTakenAsItIs() {
        assertThat(state(pod(0, WANTED, OLD, condition("Infeasible", 0), NONE))).isEqualTo(State.INFEASIBLE);
        assertThat(state(pod(0, WANTED, WANTED, NONE, NONE))).isEqualTo(State.DONE);
    }

    @Test
    void progress_errorWhileCarriedOut_isAnError() {
        assertThat(state(pod(5, WANTED, OLD, NONE, condition("Error", 5)))).isEqualTo(State.ERROR);
        assertThat(state(pod(5, WANTED, OLD, NONE, condition("", 5)))).isEqualTo(State.IN_PROGRESS);
    }

    @Test
    void progress_somebodyElseChangedThePod_isSuperseded() {
        assertThat(state(pod(6, container(300, 96), container(300, 96), NONE, NONE)))
                .isEqualTo(State.SUPERSEDED);
    }

    /// What was not asked for (CPU here) may be anything.
    @Test
    void progress_ofMemoryAlone_doesNotLookAtCpu() {
        var wanted = new ContainerSpec("main", new Resources(0, 96), Resources.NONE);

        assertThat(ResizeProgress.of(pod(5, container(777, 96), container(1, 96), NONE, NONE), List.of(wanted), 5)
                        .state())
                .isEqualTo(State.DONE);
    }

    private static State state(LivePod pod) {
        return ResizeProgress.of(pod, List.of(WANTED), GENERATION).state();
    }

    private static ContainerSpec container(long cpuMillis, long memoryBytes) {
        return new ContainerSpec("main", new Resources(cpuMillis, memoryBytes), new Resources(0, memoryBytes));
    }

    private static Optional<ResizeCondition> condition(String reason, long generation) {
        return Optional.of(new ResizeCondition(reason, "said of " + reason, generation));
    }

    private static LivePod pod(
            long observed,
            ContainerSpec spec,
            ContainerSpec actual,
            Optional<ResizeCondition> pending,
            Optional<ResizeCondition> inProgress) {
        return new LivePod(
                new PodKey("shop", "web"),
                "u-1",
                "41",
                GENERATION,
                observed,
                true,
                false,
                List.of(new LiveContainer(spec, Optional.of(actual), 0, false, true, false, false)),
                pending,
                inProgress);
    }
}
