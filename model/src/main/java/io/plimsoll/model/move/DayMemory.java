package io.plimsoll.model.move;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.Shares;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;

/// Remembers for a day what each node bore and what was wrong with it. Belongs to one thread.
///
/// Loads are means over hours: one wild minute makes no peak. Of what was wrong that is kept after which nothing as bad
/// came: so the worst since any time is known. 200 bytes a node, and as much for each such time.
public final class DayMemory {

    private static final byte LAYOUT = 1;

    private final MoveConfig config;
    private final Placer placer;
    private final TreeMap<String, NodeDay> days = new TreeMap<>();

    public DayMemory(MoveConfig config) {
        this.config = config;
        this.placer = new Placer(config.placement());
    }

    /// Takes in how the nodes are now; once a minute is often enough.
    public void observe(ClusterImage image, Watched watched, long nowMillis) {
        days.keySet().retainAll(new HashSet<>(image.nodeTable().names()));
        for (int slot = 0; slot < image.nodeCount(); slot++) {
            var name = image.node(slot).name();
            placer.bearing(image, Shares.NONE, slot, nowMillis)
                    .ifPresent(bearing -> day(name, nowMillis).add(bearing, nowMillis));
        }
        for (var node : HurtNodes.find(image, watched.neighbours(), watched.hot(), placer, config, nowMillis)) {
            var byUse = node.troubles().stream()
                    .filter(trouble -> !(trouble instanceof Trouble.Crowded))
                    .toList();
            if (!byUse.isEmpty()) {
                day(node.node(), nowMillis).hurt(new HurtNode(node.node(), byUse), nowMillis);
            }
        }
        days.values().forEach(day -> day.forget(nowMillis));
    }

    private NodeDay day(String node, long nowMillis) {
        return days.computeIfAbsent(node, name -> new NodeDay(nowMillis));
    }

    /// What is remembered now.
    public DayPeaks peaks() {
        var peaks = new TreeMap<String, DayPeaks.Peak>();
        days.forEach((node, day) -> peaks.put(node, day.peak()));
        return new DayPeaks(peaks);
    }

    /// All of it for a process to come, a byte for the layout first.
    public byte[] encoded() {
        var nodes = days.entrySet().stream()
                .map(day -> encoded(day.getKey(), day.getValue()))
                .toList();
        var all = ByteBuffer.allocate(
                1 + Integer.BYTES + nodes.stream().mapToInt(node -> node.length).sum());
        all.put(LAYOUT).putInt(nodes.size());
        nodes.forEach(all::put);
        return all.array();
    }

    private static byte[] encoded(String node, NodeDay day) {
        var bytes = ByteBuffer.allocate(NodeDay.BYTES_MAX);
        NodeDay.put(node, bytes);
        day.write(bytes);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /// Goes on with what [#encoded] has left. What is told of times that are more than a day away is left out.
    ///
    /// @throws IllegalArgumentException when it makes no sense, or is of a layout that this version does not know;
    ///     then nothing has changed
    public void restore(byte[] bytes, long nowMillis) {
        read(bytes).forEach((node, kept) -> {
            var young = days.get(node);
            kept.goOnWith(young == null ? new NodeDay(nowMillis) : young, nowMillis);
            kept.forget(nowMillis);
            days.put(node, kept);
        });
    }

    private static Map<String, NodeDay> read(byte[] bytes) {
        var read = new TreeMap<String, NodeDay>();
        var from = ByteBuffer.wrap(bytes);
        try {
            byte layout = from.get();
            if (layout != LAYOUT) {
                throw new IllegalArgumentException("days of layout " + layout + ", where " + LAYOUT + " is known");
            }
            int count = from.getInt();
            for (int i = 0; i < count; i++) {
                read.put(NodeDay.text(from), NodeDay.read(from));
            }
            if (from.hasRemaining()) {
                throw new IllegalArgumentException(from.remaining() + " bytes after the last of " + count + " nodes");
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("days of nodes that end after " + bytes.length + " bytes", e);
        }
        return read;
    }
}
