package io.plimsoll.model.cluster;

import java.util.List;
import java.util.Optional;

/// What a pod tells of its memory beside requests and limits. Of most pods it is [#NONE].
///
/// @param heaps of its Java virtual machines; shared by the pods of a workload
/// @param kills of its containers, init containers included; the API server remembers the last one of each
public record MemoryFacts(List<HeapSetting> heaps, List<MemoryKill> kills) {

    public static final MemoryFacts NONE = new MemoryFacts(List.of(), List.of());

    public MemoryFacts {
        heaps = List.copyOf(heaps);
        kills = List.copyOf(kills);
    }

    public Optional<HeapSetting> heap(String container) {
        return heaps.isEmpty()
                ? Optional.empty()
                : heaps.stream()
                        .filter(heap -> heap.container().equals(container))
                        .findFirst();
    }

    /// As it is of a pod of which `before` was told. A kill that was known stays as it was first seen: with the limit
    /// of then, which may have been changed. So does a larger heap: a share of the limit was reckoned when the
    /// process started, and a limit that is lowered later does not shrink it.
    MemoryFacts after(MemoryFacts before) {
        if (kills.isEmpty() && heaps.isEmpty()) {
            return this;
        }
        var merged = new MemoryFacts(
                heaps.stream().map(before::larger).toList(),
                kills.stream().map(before::firstSeen).toList());
        // The same instance where nothing differs: many pods share it.
        return merged.equals(this) ? this : merged;
    }

    private HeapSetting larger(HeapSetting now) {
        return heap(now.container())
                .filter(then -> then.heapBytes() > now.heapBytes())
                .orElse(now);
    }

    private MemoryKill firstSeen(MemoryKill kill) {
        return kills.stream().filter(kill::isOfOneRunWith).findFirst().orElse(kill);
    }
}
