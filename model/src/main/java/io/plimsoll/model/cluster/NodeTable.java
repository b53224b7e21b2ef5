package io.plimsoll.model.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The names of all nodes, sorted, and the way from a name's bytes to its position (*slot*) without making a string.
///
/// Built anew only when nodes come or go; images that differ in nothing else share one table, so a cache keyed by the
/// table's identity (encoded names, say) stays good. Open addressing at a load of at most one half.
public final class NodeTable {

    /// What [#slot] says of a name that no node bears.
    public static final int ABSENT = -1;

    private final List<String> names;
    private final byte[][] nameBytes;
    private final int[] slotOf;

    /// @param names distinct and sorted
    public NodeTable(List<String> names) {
        this.names = List.copyOf(names);
        this.nameBytes = new byte[names.size()][];
        this.slotOf = new int[Math.max(2, Integer.highestOneBit(Math.max(1, names.size())) * 4)];
        Arrays.fill(slotOf, ABSENT);
        for (int slot = 0; slot < nameBytes.length; slot++) {
            nameBytes[slot] = this.names.get(slot).getBytes(StandardCharsets.UTF_8);
            insert(slot);
        }
    }

    public List<String> names() {
        return names;
    }

    public int size() {
        return nameBytes.length;
    }

    /// The slot of the node of that name, or [#ABSENT].
    public int slot(String name) {
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        return slot(bytes, 0, bytes.length);
    }

    /// The slot of the node whose name is the UTF-8 bytes `buffer[from, from + length)`, or [#ABSENT].
    public int slot(byte[] buffer, int from, int length) {
        int mask = slotOf.length - 1;
        for (int i = hash(buffer, from, length) & mask; slotOf[i] != ABSENT; i = (i + 1) & mask) {
            var candidate = nameBytes[slotOf[i]];
            if (Arrays.equals(candidate, 0, candidate.length, buffer, from, from + length)) {
                return slotOf[i];
            }
        }
        return ABSENT;
    }

    private void insert(int slot) {
        int mask = slotOf.length - 1;
        int i = hash(nameBytes[slot], 0, nameBytes[slot].length) & mask;
        while (slotOf[i] != ABSENT) {
            i = (i + 1) & mask;
        }
        slotOf[i] = slot;
    }

    private static int hash(byte[] buffer, int from, int length) {
        int hash = 0x811c9dc5;
        for (int i = from; i < from + length; i++) {
            hash = (hash ^ buffer[i]) * 0x01000193;
        }
        return hash ^ (hash >>> 15);
    }
}
