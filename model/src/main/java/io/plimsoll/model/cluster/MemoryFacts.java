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
        return heaps.stream().filter(heap -> heap.container().equals(container)).findFirst();
    }

    /// A kill that was known before stays as it was first seen: with the limit of then, which may have been
    /// changed.
    MemoryFacts after(MemoryFacts before) {
        if (kills.isEmpty() || before.kills.isEmpty()) {
            return this;
        }
        return new MemoryFacts(
                heaps, kills.stream().map(kill -> before.firstSeen(kill)).toList());
    }

    private MemoryKill firstSeen(MemoryKill kill) {
        return kills.stream().filter(kill::isOfOneRunWith).findFirst().orElse(kill);
    }
}
