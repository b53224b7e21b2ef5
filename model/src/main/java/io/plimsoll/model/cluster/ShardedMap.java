package io.plimsoll.model.cluster;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// An immutable hash map whose changed copy shares all untouched shards with the original.
///
/// A map of 150,000 pods that changes by ten costs one array of shard references and ten short shards, not 150,000
/// entries. Entries lie as `key, value, key, value` in a shard; a shard holds about [#SHARD_TARGET] of them, so a
/// look-up compares a handful of keys. Iteration order depends on hashes only through shards and on history within
/// them: use it for work whose result does not depend on order.
public final class ShardedMap<K, V> {

    private static final int SHARD_TARGET = 8;
    private static final Object[] NO_ENTRIES = {};

    private final Object[][] shards;
    private final int size;

    private ShardedMap(Object[][] shards, int size) {
        this.shards = shards;
        this.size = size;
    }

    public static <K, V> ShardedMap<K, V> empty() {
        return new ShardedMap<>(new Object[][] {NO_ENTRIES}, 0);
    }

    public int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    public Optional<V> get(K key) {
        return Optional.ofNullable((V) find(shards, key));
    }

    @SuppressWarnings("unchecked")
    public void forEach(BiConsumer<? super K, ? super V> action) {
        for (var shard : shards) {
            for (int i = 0; i < shard.length; i += 2) {
                action.accept((K) shard[i], (V) shard[i + 1]);
            }
        }
    }

    /// Starts a changed copy. The editor belongs to one thread.
    public Editor<K, V> edit() {
        return new Editor<>(this);
    }

    private static @Nullable Object find(Object[][] shards, Object key) {
        var shard = shards[index(key, shards.length)];
        int at = position(shard, key);
        return at < 0 ? null : shard[at + 1];
    }

    private static int index(Object key, int shardCount) {
        int hash = key.hashCode();
        hash ^= hash >>> 16;
        hash *= 0x85ebca6b;
        hash ^= hash >>> 13;
        return hash & (shardCount - 1);
    }

    private static int position(Object[] shard, Object key) {
        for (int i = 0; i < shard.length; i += 2) {
            if (shard[i].equals(key)) {
                return i;
            }
        }
        return -1;
    }

    /// Collects changes and builds the next map; reads see the changes made so far.
    public static final class Editor<K, V> {

        private final ShardedMap<K, V> base;
        private Object[][] shards;
        private int size;
        private final BitSet owned = new BitSet();

        private Editor(ShardedMap<K, V> base) {
            this.base = base;
            this.shards = base.shards;
            this.size = base.size;
        }

        @SuppressWarnings("unchecked")
        public Optional<V> get(K key) {
            return Optional.ofNullable((V) find(shards, key));
        }

        public void put(K key, V value) {
            growIfFull();
            int index = own(key);
            var shard = shards[index];
            int at = position(shard, key);
            if (at < 0) {
                at = shard.length;
                shard = Arrays.copyOf(shard, at + 2);
                shard[at] = key;
                shards[index] = shard;
                size++;
            }
            shard[at + 1] = value;
        }

        public void remove(K key) {
            if (position(shards[index(key, shards.length)], key) < 0) {
                return;
            }
            int index = own(key);
            var shard = shards[index];
            int at = position(shard, key);
            int last = shard.length - 2;
            shard[at] = shard[last];
            shard[at + 1] = shard[last + 1];
            shards[index] = Arrays.copyOf(shard, last);
            size--;
        }

        public int size() {
            return size;
        }

        @SuppressWarnings("unchecked")
        public void forEach(BiConsumer<? super K, ? super V> action) {
            new ShardedMap<K, V>(shards, size).forEach(action);
        }

        /// The next map; the editor starts over from it.
        public ShardedMap<K, V> build() {
            owned.clear();
            return shards == base.shards ? base : new ShardedMap<>(shards, size);
        }

        /// Makes the root and the key's shard this editor's own, so that the base stays as it is.
        private int own(K key) {
            if (shards == base.shards || owned.isEmpty()) {
                shards = shards.clone();
            }
            int index = index(key, shards.length);
            if (!owned.get(index)) {
                shards[index] = shards[index].clone();
                owned.set(index);
            }
            return index;
        }

        private void growIfFull() {
            if (size < SHARD_TARGET * shards.length) {
                return;
            }
            var wider = new Object[shards.length * 4][];
            Arrays.fill(wider, NO_ENTRIES);
            for (var shard : shards) {
                for (int i = 0; i < shard.length; i += 2) {
                    int index = index(shard[i], wider.length);
                    int end = wider[index].length;
                    wider[index] = Arrays.copyOf(wider[index], end + 2);
                    wider[index][end] = shard[i];
                    wider[index][end + 1] = shard[i + 1];
                }
            }
            shards = wider;
            owned.set(0, wider.length);
        }
    }
}
