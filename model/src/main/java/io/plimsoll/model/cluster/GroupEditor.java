package io.plimsoll.model.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which members each group has, while that is being changed; groups without members are not kept. Belongs to the one
/// thread that writes images.
///
/// A group that is touched is copied once, however often it changes. Members are sorted, so that the same changes give
/// the same list in whatever order they come.
final class GroupEditor<G, M extends Comparable<? super M>> {

    private final ShardedMap.Editor<G, List<M>> groups;
    private final Map<G, List<M>> drafts = new HashMap<>();

    GroupEditor(ShardedMap<G, List<M>> base) {
        this.groups = base.edit();
    }

    /// The members as of now, sorted; later changes do not show in it.
    List<M> members(G group) {
        var draft = drafts.get(group);
        return draft == null ? groups.get(group).orElse(List.of()) : List.copyOf(draft);
    }

    void add(G group, M member) {
        var draft = draft(group);
        int at = Collections.binarySearch(draft, member);
        if (at < 0) {
            draft.add(-at - 1, member);
        }
    }

    void remove(G group, M member) {
        var draft = draft(group);
        int at = Collections.binarySearch(draft, member);
        if (at >= 0) {
            draft.remove(at);
        }
    }

    ShardedMap<G, List<M>> build() {
        drafts.forEach((group, members) -> {
            if (members.isEmpty()) {
                groups.remove(group);
            } else {
                groups.put(group, List.copyOf(members));
            }
        });
        return groups.build();
    }

    private List<M> draft(G group) {
        return drafts.computeIfAbsent(group, g -> new ArrayList<>(groups.get(g).orElse(List.of())));
    }
}
