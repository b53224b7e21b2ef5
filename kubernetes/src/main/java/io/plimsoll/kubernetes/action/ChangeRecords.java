package io.plimsoll.kubernetes.action;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.plimsoll.kubernetes.resource.ChangeRecord;
import io.plimsoll.kubernetes.resource.ChangeRecordSpec;
import io.plimsoll.kubernetes.resource.ChangeRecordSpec.AnnotationChange;
import io.plimsoll.kubernetes.resource.ChangeRecordSpec.ContainerResources;
import io.plimsoll.kubernetes.resource.ChangeRecordStatus;
import io.plimsoll.kubernetes.resource.ChangeRecordStatus.Phase;
import io.plimsoll.kubernetes.resource.ChangeRecordStatus.PodOutcome;
import io.plimsoll.kubernetes.resource.PolicyReference;
import io.plimsoll.kubernetes.resource.Reason;
import io.plimsoll.kubernetes.resource.ResourceAmounts;
import io.plimsoll.kubernetes.resource.ResourceCondition;
import io.plimsoll.kubernetes.resource.ResourceCondition.Truth;
import io.plimsoll.kubernetes.resource.Sentences;
import io.plimsoll.kubernetes.resource.WorkloadReference;
import io.plimsoll.kubernetes.watch.Quantities;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Changes as they are written down, and back again.
final class ChangeRecords {

    /// Borne by records of changes that take another one back, so that they can be asked for alone.
    static final String UNDO_LABEL = "plimsoll.io/undo";

    private static final String TAKEN_BACK = "TakenBack";

    private ChangeRecords() {}

    static ChangeRecord record(String name, Change change) {
        var record = new ChangeRecord();
        record.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(change.workload().namespace())
                .withLabels(change.undoes().isPresent() ? Map.of(UNDO_LABEL, "true") : Map.of())
                .build());
        record.setSpec(new ChangeRecordSpec(
                new WorkloadReference(
                        change.workload().kind(), change.workload().name()),
                change.undoes().isPresent() ? null : policy(change.policy()),
                change.undoes().orElse(null),
                new Reason(change.code(), Sentences.clipped(change.reason())),
                change.pods().stream().map(ChangeRecords::written).toList(),
                change.marks().stream().map(ChangeRecords::written).toList()));
        return record;
    }

    private static PolicyReference policy(String label) {
        int slash = label.indexOf('/');
        return slash < 0
                ? new PolicyReference("ClusterOptimizationPolicy", label)
                : new PolicyReference("OptimizationPolicy", label.substring(slash + 1));
    }

    private static ChangeRecordSpec.PodChange written(PodChange pod) {
        return new ChangeRecordSpec.PodChange(
                pod.pod().name(),
                pod.uid(),
                pod.before().stream().map(ChangeRecords::written).toList(),
                pod.after().stream().map(ChangeRecords::written).toList());
    }

    private static AnnotationChange written(Mark mark) {
        return new AnnotationChange(
                mark.key(), mark.before().orElse(null), mark.after().orElse(null));
    }

    private static ContainerResources written(ContainerSpec container) {
        return new ContainerResources(container.name(), written(container.requests()), written(container.limits()));
    }

    private static @Nullable ResourceAmounts written(Resources amounts) {
        return amounts.isZero()
                ? null
                : new ResourceAmounts(
                        amounts.cpuMillis() == 0 ? null : new Quantity(amounts.cpuMillis() + "m"),
                        amounts.memoryBytes() == 0 ? null : new Quantity(Quantities.ofBytes(amounts.memoryBytes())));
    }

    static ChangeRecordStatus status(ChangeResult result, Instant now) {
        return new ChangeRecordStatus(
                1L, // a record's spec never changes
                phase(result.phase()),
                result.pods().stream()
                        .map(pod -> new PodOutcome(
                                pod.change().pod().name(),
                                pod.change().uid(),
                                phase(pod.phase()),
                                pod.message().isEmpty() ? null : Sentences.clipped(pod.message()),
                                null,
                                now))
                        .toList(),
                takenBack(result, now).stream().toList());
    }

    /// Where some pods could not be changed: whether the change as a whole counts as one that had to be taken back.
    private static Optional<ResourceCondition> takenBack(ChangeResult result, Instant now) {
        if (result.phase() != ChangePhase.REVERTED && result.phase() != ChangePhase.FAILED) {
            return Optional.empty();
        }
        boolean isSo = result.counts() != ChangePhase.APPLIED;
        long applied = result.pods().stream()
                .filter(pod -> pod.phase() == ChangePhase.APPLIED)
                .count();
        return Optional.of(new ResourceCondition(
                TAKEN_BACK,
                isSo ? Truth.TRUE : Truth.FALSE,
                1L,
                now,
                applied == 0 ? "NoPodChanged" : isSo ? "Harm" : "SomePodsChanged",
                applied + " of " + result.pods().size() + " pods were changed"
                        + (isSo && applied > 0 ? ", and one came to harm" : "")));
    }

    private static ChangePhase counts(@Nullable ChangeRecordStatus status) {
        boolean isNotTakenBack = status != null
                && status.conditions().stream()
                        .anyMatch(told -> told.type().equals(TAKEN_BACK) && told.status() == Truth.FALSE);
        return isNotTakenBack && phase(status).isFinal() && phase(status) != ChangePhase.UNDONE
                ? ChangePhase.APPLIED
                : phase(status);
    }

    private static Phase phase(ChangePhase phase) {
        return switch (phase) {
            case INTENDED -> Phase.INTENDED;
            case REVERTING -> Phase.REVERTING;
            case APPLIED -> Phase.APPLIED;
            case REVERTED -> Phase.REVERTED;
            case ABANDONED -> Phase.ABANDONED;
            case FAILED -> Phase.FAILED;
            case UNDONE -> Phase.UNDONE;
        };
    }

    /// Without an outcome, it is not known yet what became of it.
    private static ChangePhase phase(@Nullable ChangeRecordStatus status) {
        var phase = status == null ? null : status.phase();
        return phase == null ? ChangePhase.INTENDED : phase(phase);
    }

    private static ChangePhase phase(Phase phase) {
        return switch (phase) {
            case INTENDED -> ChangePhase.INTENDED;
            case REVERTING -> ChangePhase.REVERTING;
            case APPLIED -> ChangePhase.APPLIED;
            case REVERTED -> ChangePhase.REVERTED;
            case ABANDONED -> ChangePhase.ABANDONED;
            case FAILED -> ChangePhase.FAILED;
            case UNDONE -> ChangePhase.UNDONE;
        };
    }

    static ChangeReport report(ChangeRecord record) {
        var status = record.getStatus();
        return new ChangeReport(
                logged(record),
                status == null
                        ? List.of()
                        : status.pods().stream()
                                .map(ChangeRecords::said)
                                .flatMap(Optional::stream)
                                .distinct()
                                .toList());
    }

    private static Optional<String> said(PodOutcome pod) {
        return Optional.ofNullable(pod.message()).filter(message -> !message.isBlank());
    }

    private static Owner workload(String namespace, WorkloadReference reference) {
        return Owner.referred(namespace, reference.kind(), reference.name())
                .orElseThrow(() -> new IllegalArgumentException("there can be no " + reference));
    }

    static Logged logged(ChangeRecord record) {
        var namespace = record.getMetadata().getNamespace();
        var spec = record.getSpec();
        var policy = spec.policy();
        var change = new Change(
                workload(namespace, spec.workload()),
                policy == null ? "" : label(namespace, policy),
                spec.reason().code(),
                spec.reason().message(),
                Optional.ofNullable(spec.undoOf()),
                spec.pods().stream().map(pod -> read(namespace, pod)).toList(),
                spec.annotations().stream().map(ChangeRecords::read).toList());
        return new Logged(
                namespace + "/" + record.getMetadata().getName(),
                Instant.parse(record.getMetadata().getCreationTimestamp()).toEpochMilli(),
                change,
                phase(record.getStatus()),
                counts(record.getStatus()),
                phase(record.getStatus()).isFinal() ? List.of() : known(record));
    }

    /// Of pods that it tells of.
    private static List<PodResult> known(ChangeRecord record) {
        var status = record.getStatus();
        var namespace = record.getMetadata().getNamespace();
        return status == null
                ? List.of()
                : status.pods().stream()
                        .flatMap(told -> record.getSpec().pods().stream()
                                .filter(pod -> pod.uid().equals(told.uid()))
                                .map(pod -> new PodResult(
                                        read(namespace, pod),
                                        phase(told.phase()),
                                        Optional.ofNullable(told.message()).orElse(""))))
                        .toList();
    }

    private static String label(String namespace, PolicyReference policy) {
        return policy.kind().startsWith("Cluster") ? policy.name() : namespace + "/" + policy.name();
    }

    private static PodChange read(String namespace, ChangeRecordSpec.PodChange pod) {
        return new PodChange(
                new PodKey(namespace, pod.name()),
                pod.uid(),
                pod.before().stream().map(ChangeRecords::read).toList(),
                pod.after().stream().map(ChangeRecords::read).toList());
    }

    private static Mark read(AnnotationChange mark) {
        return new Mark(mark.key(), Optional.ofNullable(mark.before()), Optional.ofNullable(mark.after()));
    }

    private static ContainerSpec read(ContainerResources container) {
        return new ContainerSpec(container.container(), read(container.requests()), read(container.limits()));
    }

    private static Resources read(@Nullable ResourceAmounts amounts) {
        return amounts == null
                ? Resources.NONE
                : new Resources(
                        amounts.cpu() == null
                                ? 0
                                : Quantities.milli(amounts.cpu().toString()),
                        amounts.memory() == null
                                ? 0
                                : Quantities.value(amounts.memory().toString()));
    }
}
