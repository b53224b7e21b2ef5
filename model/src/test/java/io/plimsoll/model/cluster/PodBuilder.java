package io.plimsoll.model.cluster;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A pod in the making, for tests: like another one but for what is said.
public final class PodBuilder {

    private final PodSpec pod;
    private String uid;
    private Optional<Owner> owner;
    private Optional<String> nodeName;
    private PodPhase phase;
    private boolean ready;
    private int priority;
    private boolean terminating;
    private long boundAtMillis;
    private List<ContainerSpec> containers;
    private InitContainers init;
    private PodLevel level;
    private Set<OptOut> optOuts;
    private MemoryFacts memory;
    private PodTraits traits;
    private int startSeconds;

    private PodBuilder(PodSpec pod) {
        this.pod = pod;
        uid = pod.uid();
        owner = pod.owner();
        nodeName = pod.nodeName();
        phase = pod.phase();
        ready = pod.ready();
        priority = pod.priority();
        terminating = pod.terminating();
        boundAtMillis = pod.boundAtMillis();
        containers = pod.containers();
        init = pod.init();
        level = pod.level();
        optOuts = pod.optOuts();
        memory = pod.memory();
        traits = pod.traits();
        startSeconds = pod.startSeconds();
    }

    public static PodBuilder like(PodSpec pod) {
        return new PodBuilder(pod);
    }

    public PodBuilder uid(String other) {
        uid = other;
        return this;
    }

    public PodBuilder owner(Owner other) {
        owner = Optional.of(other);
        return this;
    }

    public PodBuilder bare() {
        owner = Optional.empty();
        return this;
    }

    public PodBuilder priority(int other) {
        priority = other;
        return this;
    }

    public PodBuilder terminating() {
        terminating = true;
        return this;
    }

    public PodBuilder unready() {
        ready = false;
        return this;
    }

    /// Running on that node, and ready.
    public PodBuilder boundTo(String node, long atMillis) {
        nodeName = Optional.of(node);
        phase = PodPhase.RUNNING;
        ready = true;
        boundAtMillis = atMillis;
        return this;
    }

    public PodBuilder phase(PodPhase other) {
        phase = other;
        return this;
    }

    public PodBuilder containers(ContainerSpec... others) {
        containers = List.of(others);
        return this;
    }

    /// Sidecars among them are to be given as containers, too.
    public PodBuilder init(ContainerSpec... inOrder) {
        init = InitContainers.of(List.of(inOrder));
        return this;
    }

    public PodBuilder level(PodLevel other) {
        level = other;
        return this;
    }

    public PodBuilder optOuts(Set<OptOut> others) {
        optOuts = others;
        return this;
    }

    public PodBuilder memory(MemoryFacts other) {
        memory = other;
        return this;
    }

    public PodBuilder traits(PodTraits others) {
        traits = others;
        return this;
    }

    /// Ready after so long.
    public PodBuilder startSeconds(int other) {
        startSeconds = other;
        return this;
    }

    public PodSpec build() {
        return new PodSpec(
                pod.key(),
                uid,
                owner,
                nodeName,
                phase,
                ready,
                priority,
                boundAtMillis,
                terminating,
                containers,
                init,
                level,
                optOuts,
                memory,
                traits,
                startSeconds);
    }
}
