package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.cluster.ClusterDelta;
import io.plimsoll.model.cluster.ClusterEvent;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.HeapSetting;
import io.plimsoll.model.cluster.MemoryFacts;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.PodSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The memory limits that pods had before changes lowered them, by the records: the heap of a Java virtual machine that
/// is a share of the limit was reckoned from one of them, and an image that was begun later tells it from the
/// present one. Belongs to the right-sizer's loop, but for [#shown].
///
/// Where the container has started anew since, its heap is smaller than is taken here: it is cut less than it could be.
final class FormerLimits {

    /// Of the records, until an image tells their pods.
    private final Map<PodKey, Former> told = new HashMap<>();
    /// The heaps of pods that are there; published whole.
    private volatile Map<PodKey, Grown> grown = Map.of();

    /// @param bytes the largest limit, by the containers' names
    private record Former(String uid, Map<String, Long> bytes) {}

    private record Grown(String uid, List<HeapSetting> heaps) {}

    /// Takes in a record of the journal, the same one any number of times, as far as it is of pods that are
    /// there.
    ///
    /// @param image a complete one
    void remember(Logged record, ClusterImage image) {
        record.change().pods().stream()
                .filter(change -> pod(image, change.pod(), change.uid()).isPresent())
                .forEach(this::remember);
    }

    private void remember(PodChange change) {
        for (int i = 0; i < change.before().size(); i++) {
            var before = change.before().get(i);
            long bytes = before.limits().memoryBytes();
            if (bytes > change.after().get(i).limits().memoryBytes()) {
                told.compute(change.pod(), (pod, known) -> of(change, known))
                        .bytes()
                        .merge(before.name(), bytes, Math::max);
            }
        }
    }

    private static Former of(PodChange change, @Nullable Former known) {
        return known != null && known.uid().equals(change.uid()) ? known : new Former(change.uid(), new HashMap<>());
    }

    /// The image, with the heaps that were reckoned from former limits. Forgets pods that are not in it.
    ///
    /// @param image a complete one
    ClusterImage applied(ClusterImage image) {
        var next = new HashMap<>(grown);
        told.forEach((key, former) -> pod(image, key, former.uid())
                .map(pod -> new Grown(former.uid(), heaps(pod, former)))
                .filter(found -> !found.heaps().isEmpty())
                .ifPresent(found -> next.put(key, found)));
        told.clear();
        next.entrySet()
                .removeIf(entry ->
                        pod(image, entry.getKey(), entry.getValue().uid()).isEmpty());
        grown = next;
        return shown(image);
    }

    /// A further image with the same heaps. Any thread may ask.
    ClusterImage shown(ClusterImage image) {
        var present = grown;
        if (present.isEmpty()) {
            return image;
        }
        var delta = new ClusterDelta(image);
        present.forEach((key, found) ->
                pod(image, key, found.uid()).ifPresent(pod -> delta.replay(applied(pod, found.heaps()))));
        return delta.apply();
    }

    private static Optional<PodSpec> pod(ClusterImage image, PodKey key, String uid) {
        return image.pod(key).map(PodImage::spec).filter(pod -> pod.uid().equals(uid));
    }

    /// Those that are larger than the image takes them to be.
    private static List<HeapSetting> heaps(PodSpec pod, Former former) {
        var heaps = new ArrayList<HeapSetting>();
        for (var container : pod.containers()) {
            long present = container.limits().memoryBytes();
            pod.memory().heap(container.name()).ifPresent(heap -> {
                var then = heap.startedAt(former.bytes().getOrDefault(container.name(), present), present);
                if (then.heapBytes() > heap.heapBytes()) {
                    heaps.add(then);
                }
            });
        }
        return heaps;
    }

    /// The image keeps the larger one of each.
    private static ClusterEvent applied(PodSpec pod, List<HeapSetting> heaps) {
        var all = new ArrayList<>(heaps);
        pod.memory().heaps().stream()
                .filter(heap ->
                        heaps.stream().noneMatch(larger -> larger.container().equals(heap.container())))
                .forEach(all::add);
        return new ClusterEvent.PodApplied(
                pod.withMemory(new MemoryFacts(all, pod.memory().kills())));
    }
}
