package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A journal that forgets with the process; `ChangeJournalContract` shows what it shares with the real one. Guarded by
/// itself.
class MemoryJournal implements ChangeJournal {

    private final Map<String, Change> intended = new LinkedHashMap<>();
    private final Map<String, ChangeResult> closed = new LinkedHashMap<>();

    @Override
    public synchronized Entry intend(Change change) {
        var name = "change-" + intended.size();
        intended.put(name, change);
        return new Entry.Written(name, change);
    }

    @Override
    public synchronized Closing close(String name, ChangeResult result) {
        closed.put(name, result);
        return new Closing.Written();
    }

    @Override
    public void read(Consumer<Logged> each) {
        records().forEach(each);
    }

    /// In the order in which they were intended.
    synchronized List<Logged> records() {
        var records = new ArrayList<Logged>();
        intended.forEach((name, change) -> {
            var result = closed.get(name);
            records.add(
                    result == null
                            ? new Logged(name, 0, change, ChangePhase.INTENDED)
                            : new Logged(
                                    name,
                                    0,
                                    change,
                                    result.phase(),
                                    result.counts(),
                                    result.phase().isFinal() ? List.of() : result.pods()));
        });
        return records;
    }

    synchronized Map<String, ChangeResult> closed() {
        return new LinkedHashMap<>(closed);
    }
}
