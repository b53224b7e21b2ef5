package io.plimsoll.extender.wire;

import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.cluster.PodSpec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The request that was read last: `ExtenderArgs` of a filter or prioritize call, as positions in its body.
/// Mutable, reused for each request, and belongs to one thread.
///
///     {"Pod": {…}, "Nodes": null | {"metadata": {}, "items": [{"metadata": {"name": "n1"}, …}, …]},
///      "NodeNames": null | ["n1", "n2", …]}
///
/// The keys above come in any case (schedulers up to 1.17 wrote them small); all others are skipped. Candidates
/// come from `NodeNames` where that is a list, else from `Nodes`; of a key given twice the last list counts.
/// Every candidate keeps the bytes it came in, so that it is answered exactly as it was asked for, known to us
/// or not.
public final class ExtenderArgs {

    /// How the candidates came, and thus how they go back.
    public enum Form {
        /// Neither names nor nodes: there is no candidate.
        NONE,
        /// `NodeNames`: the scheduler has `nodeCacheCapable: true`.
        NAMES,
        /// `Nodes`: whole objects.
        NODES
    }

    /// More than four times the largest cluster that Kubernetes supports.
    public static final int CANDIDATES_MAX = 1 << 16;

    private final JsonCursor json = new JsonCursor();
    private static final byte[] NO_BODY = {};

    private byte[] body = NO_BODY;
    private Form form = Form.NONE;
    private int podFrom;
    private int podTo;
    private int listFrom;
    private int listTo;
    private int count;
    private int unknown;
    private boolean tooMany;
    private NodeTable followersOf = new NodeTable(List.of());
    /// For each slot, and last for the start of a list, one more than the slot that came next the last time; 0:
    /// none.
    private int[] followers = new int[1];
    private int[] slots = new int[64];
    private int[] nameFrom = new int[64];
    private int[] nameTo = new int[64];
    private int[] itemFrom = new int[64];
    private int[] itemTo = new int[64];

    /// Reads a request; throws [MalformedRequest] when its candidates cannot be told.
    ///
    /// @param table what the candidates' slots refer to
    public void read(byte[] body, int length, NodeTable table) {
        reset(body, length);
        json.expectType('{', "the request");
        if (!json.take('}')) {
            do {
                field(table);
            } while (json.take(','));
            json.expect('}');
        }
    }

    public Form form() {
        return form;
    }

    /// How many candidates there are, in the order in which they came, duplicates included.
    public int count() {
        return tooMany ? 0 : count;
    }

    /// Whether there are more than [#CANDIDATES_MAX]; they can be echoed then, and are not told one by one.
    public boolean hasTooMany() {
        return tooMany;
    }

    /// How many of them are not in the table.
    public int unknown() {
        return tooMany ? 0 : unknown;
    }

    /// The slot of a candidate, or [NodeTable#ABSENT].
    public int slot(int candidate) {
        return slots[candidate];
    }

    public String name(int candidate) {
        return new String(nameBytes(candidate), StandardCharsets.UTF_8);
    }

    /// The pod, decoded; nothing where the request has none. Throws [MalformedRequest] when it is not a pod.
    public Optional<PodSpec> pod() {
        return podTo == 0 ? Optional.empty() : Optional.of(PodReader.read(body, podFrom, podTo - podFrom));
    }

    byte[] body() {
        return body;
    }

    int nameFrom(int candidate) {
        return nameFrom[candidate];
    }

    int nameTo(int candidate) {
        return nameTo[candidate];
    }

    int itemFrom(int candidate) {
        return itemFrom[candidate];
    }

    int itemTo(int candidate) {
        return itemTo[candidate];
    }

    int listFrom() {
        return listFrom;
    }

    int listTo() {
        return listTo;
    }

    /// Lets go of the body: it may be large, and the next one may be long in coming.
    public void release() {
        reset(NO_BODY, 0);
    }

    private void reset(byte[] body, int length) {
        this.body = body;
        json.reset(body, length);
        form = Form.NONE;
        podFrom = 0;
        podTo = 0;
        clear();
    }

    private void clear() {
        count = 0;
        unknown = 0;
        tooMany = false;
    }

    private void field(NodeTable table) {
        int key = key();
        if (json.spells(key, "pod")) {
            json.expect(':');
            pod(json.peek());
        } else if (json.spells(key, "nodenames")) {
            json.expect(':');
            names(table);
        } else if (json.spells(key, "nodes")) {
            json.expect(':');
            nodes(table);
        } else {
            json.expect(':');
            json.skipValue();
        }
    }

    private int key() {
        return json.string("a key");
    }

    private void pod(byte next) {
        int from = json.at();
        json.skipValue();
        boolean isNull = next == 'n';
        podFrom = isNull ? 0 : from;
        podTo = isNull ? 0 : json.at();
    }

    private void names(NodeTable table) {
        if (json.takeNull()) {
            return;
        }
        form = Form.NAMES;
        clear();
        json.peek();
        listFrom = json.at();
        json.expectType('[', "NodeNames");
        if (!json.take(']')) {
            int previous = start(table);
            do {
                previous = name(table, previous);
            } while (json.take(','));
            json.expect(']');
        }
        listTo = json.at();
    }

    /// The place before the first name; makes room for what follows it and all others.
    @SuppressWarnings("ReferenceEquality") // tables are told apart by identity
    private int start(NodeTable table) {
        if (followersOf != table) {
            followersOf = table;
            followers = new int[table.size() + 1];
        }
        return table.size();
    }

    /// Reads a name and returns its slot, or the place of the start where it is not in the table.
    ///
    /// A scheduler goes round its nodes in one order, so after a name there mostly comes the one that came after
    /// it the last time. One comparison then tells the name, its end and its slot; it is not searched for a
    /// quote, nor hashed.
    private int name(NodeTable table, int previous) {
        json.expectType('"', "a name in NodeNames");
        int from = json.at();
        int expected = followers[previous] - 1;
        if (expected >= 0 && json.passIfNext(table, expected)) {
            put(from, json.at() - 1, expected);
            return expected;
        }
        json.back();
        add(json.string(), table);
        int slot = tooMany ? NodeTable.ABSENT : slots[count - 1];
        if (slot == NodeTable.ABSENT) {
            return table.size();
        }
        // A name with escapes, or with a quote in it, cannot be compared with what stands in the body.
        followers[previous] = json.wasEscaped() ? 0 : slot + 1;
        return slot;
    }

    private void nodes(NodeTable table) {
        if (form == Form.NAMES || json.peek() == 'n') {
            json.skipValue();
            return;
        }
        form = Form.NODES;
        clear();
        listFrom = json.at();
        json.expectType('{', "Nodes");
        if (!json.take('}')) {
            do {
                int key = key();
                boolean isItems = json.spells(key, "items");
                json.expect(':');
                if (!isItems) {
                    json.skipValue();
                } else if (!json.takeNull()) {
                    items(table);
                }
            } while (json.take(','));
            json.expect('}');
        }
        listTo = json.at();
    }

    private void items(NodeTable table) {
        clear();
        json.expectType('[', "Nodes.items");
        if (json.take(']')) {
            return;
        }
        do {
            item(table);
        } while (json.take(','));
        json.expect(']');
    }

    private void item(NodeTable table) {
        json.expectType('{', "a node in Nodes.items");
        int from = json.at() - 1;
        int candidate = count;
        if (!json.take('}')) {
            do {
                int key = key();
                boolean isMetadata = json.spells(key, "metadata");
                json.expect(':');
                if (isMetadata && json.peek() == '{') {
                    metadata(table, candidate);
                } else {
                    json.skipValue();
                }
            } while (json.take(','));
            json.expect('}');
        }
        if (tooMany) {
            return;
        }
        if (count == candidate) {
            throw new MalformedRequest(
                    MalformedRequest.Kind.WRONG_TYPE, "the node in Nodes.items at byte " + from + " has no name");
        }
        itemFrom[candidate] = from;
        itemTo[candidate] = json.at();
    }

    private void metadata(NodeTable table, int candidate) {
        json.expect('{');
        if (json.take('}')) {
            return;
        }
        do {
            int key = key();
            boolean isName = json.spells(key, "name");
            json.expect(':');
            if (isName && json.peek() == '"') {
                int from = json.string("the name of a node");
                rewind(candidate);
                add(from, table);
            } else {
                json.skipValue();
            }
        } while (json.take(','));
        json.expect('}');
    }

    /// Forgets the name that the same node gave before.
    private void rewind(int candidate) {
        if (count > candidate) {
            count = candidate;
            unknown -= slots[candidate] == NodeTable.ABSENT ? 1 : 0;
        }
    }

    /// Adds the string that was passed last.
    private void add(int from, NodeTable table) {
        int to = json.at() - 1;
        put(
                from,
                to,
                json.wasEscaped()
                        ? slotOf(JsonCursor.unescaped(body, from, to), table)
                        : table.slot(body, from, to - from));
    }

    private void put(int from, int to, int slot) {
        if (count == CANDIDATES_MAX) {
            tooMany = true;
            return;
        }
        if (count == slots.length) {
            grow();
        }
        nameFrom[count] = from;
        nameTo[count] = to;
        slots[count] = slot;
        unknown += slot == NodeTable.ABSENT ? 1 : 0;
        count++;
    }

    private static int slotOf(byte[] name, NodeTable table) {
        return table.slot(name, 0, name.length);
    }

    private byte[] nameBytes(int candidate) {
        return JsonCursor.unescaped(body, nameFrom[candidate], nameTo[candidate]);
    }

    private void grow() {
        int length = slots.length * 4;
        slots = Arrays.copyOf(slots, length);
        nameFrom = Arrays.copyOf(nameFrom, length);
        nameTo = Arrays.copyOf(nameTo, length);
        itemFrom = Arrays.copyOf(itemFrom, length);
        itemTo = Arrays.copyOf(itemTo, length);
    }
}
