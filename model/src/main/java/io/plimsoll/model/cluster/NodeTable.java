package io.plimsoll.model.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The names of all nodes, sorted, and the way from a name's bytes to its position (*slot*) without making a
/// string.
///
/// Built anew only when nodes come or go; images that differ in nothing else share one table, so a cache keyed
/// by the table's identity (encoded names, say) stays good. Open addressing at a load of at most one half.
public final class NodeTable {

    /// What [#slot] says of a name that no node bears.
    public static final int ABSENT = -1;

    private final List<String> names;
    private final byte[][] nameBytes;
    private final int[] slotOf;
    /// The whole hash of the name at each place, so that names that only share the place are not compared.
    private final int[] hashOf;

    /// @param names distinct and sorted
    public NodeTable(List<String> names) {
        this.names = List.copyOf(names);
        this.nameBytes = new byte[names.size()][];
        this.slotOf = new int[Math.max(2, Integer.highestOneBit(Math.max(1, names.size())) * 4)];
        this.hashOf = new int[slotOf.length];
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
        int hash = hash(buffer, from, length);
        int mask = slotOf.length - 1;
        for (int i = hash & mask; slotOf[i] != ABSENT; i = (i + 1) & mask) {
            if (hashOf[i] == hash) {
                var candidate = nameBytes[slotOf[i]];
                if (Arrays.equals(candidate, 0, candidate.length, buffer, from, from + length)) {
                    return slotOf[i];
                }
            }
        }
        return ABSENT;
    }

    /// How many bytes the name of that slot takes.
    public int nameLength(int slot) {
        return nameBytes[slot].length;
    }

    /// Whether `buffer` has the name of that slot at `from`.
    public boolean isNameAt(int slot, byte[] buffer, int from) {
        var name = nameBytes[slot];
        return from + name.length <= buffer.length
                && Arrays.equals(name, 0, name.length, buffer, from, from + name.length);
    }

    private void insert(int slot) {
        int hash = hash(nameBytes[slot], 0, nameBytes[slot].length);
        int mask = slotOf.length - 1;
        int i = hash & mask;
        while (slotOf[i] != ABSENT) {
            i = (i + 1) & mask;
        }
        slotOf[i] = slot;
        hashOf[i] = hash;
    }

    /// Eight bytes at a time. Names differ in few characters, often digits, so each word is multiplied by a
    /// large odd number (2^64 divided by the golden ratio) and turned, and the high half, which all bits reach,
    /// is folded down.
    private static int hash(byte[] buffer, int from, int length) {
        long hash = length;
        int i = from;
        for (int words = from + length - 7; i < words; i += 8) {
            hash = mixed(hash ^ word(buffer, i, 8));
        }
        hash = mixed(hash ^ word(buffer, i, from + length - i));
        return (int) (hash ^ (hash >>> 32));
    }

    private static long word(byte[] buffer, int from, int count) {
        long word = 0;
        for (int i = from; i < from + count; i++) {
            word = word << 8 | (buffer[i] & 0xff);
        }
        return word;
    }

    private static long mixed(long word) {
        long product = word * 0x9e3779b97f4a7c15L;
        return product ^ (product >>> 32);
    }
}
