package io.plimsoll.model.cluster;

import io.plimsoll.model.usage.UsageEstimate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/// The nodes while they are being changed: drafts of those that are touched, and who comes and goes. Belongs to the one
/// thread that writes images.
final class NodeDrafts {

    private final ClusterImage base;
    private final Map<String, NodeDraft> drafts = new HashMap<>();
    private final Set<String> deleted = new HashSet<>();
    private boolean membershipChanged;

    NodeDrafts(ClusterImage base) {
        this.base = base;
    }

    /// The draft of a node that is there, made from the base image when this is the first touch.
    Optional<NodeDraft> find(String name) {
        var draft = drafts.get(name);
        if (draft == null && !deleted.contains(name)) {
            var image = base.node(name);
            if (image.isPresent()) {
                draft = new NodeDraft(image.get());
                drafts.put(name, draft);
            }
        }
        return Optional.ofNullable(draft);
    }

    NodeDraft add(NodeSpec spec) {
        membershipChanged = true;
        deleted.remove(spec.name());
        var draft = new NodeDraft(spec);
        drafts.put(spec.name(), draft);
        return draft;
    }

    void remove(String name) {
        membershipChanged = true;
        drafts.remove(name);
        deleted.add(name);
    }

    void touchAll() {
        base.nodeTable().names().forEach(this::find);
    }

    SortedSet<String> names() {
        var names = new TreeSet<>(drafts.keySet());
        for (var name : base.nodeTable().names()) {
            if (!deleted.contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    NodeTable buildTable() {
        return membershipChanged ? new NodeTable(List.copyOf(names())) : base.nodeTable();
    }

    /// The nodes by their slots in `table`, which must be of [#buildTable].
    NodeImage[] build(NodeTable table, Function<Owner, UsageEstimate> estimates) {
        if (drafts.isEmpty() && !membershipChanged) {
            return base.nodesBySlot();
        }
        var nodes = membershipChanged ? membersOf(table) : base.nodesBySlot().clone();
        drafts.forEach((name, draft) -> nodes[table.slot(name)] = draft.build(estimates));
        return nodes;
    }

    /// The nodes of that table as they were; those that were not there stay open.
    private NodeImage[] membersOf(NodeTable table) {
        var nodes = new NodeImage[table.size()];
        for (int slot = 0; slot < base.nodeCount(); slot++) {
            int next = table.slot(base.node(slot).name());
            if (next != NodeTable.ABSENT) {
                nodes[next] = base.node(slot);
            }
        }
        return nodes;
    }
}
