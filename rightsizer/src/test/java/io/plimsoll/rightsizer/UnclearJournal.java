package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeResult;
import java.util.function.Consumer;

/// A journal that writes a record and does not say so. Belongs to one thread at a time.
final class UnclearJournal implements ChangeJournal {

    private final ChangeJournal journal;
    private final int unclear;
    private String name = "";
    private int closesInVain;
    private int intents;

    /// @param unclear the number of the record, from 1; 0 for none
    /// @param closesInVain of that record: so often it is not there yet
    UnclearJournal(ChangeJournal journal, int unclear, int closesInVain) {
        this.journal = journal;
        this.unclear = unclear;
        this.closesInVain = closesInVain;
    }

    @Override
    public synchronized Entry intend(Change change) {
        intents++;
        var entry = journal.intend(change);
        if (intents == unclear && entry instanceof Entry.Written written) {
            name = written.name();
            return new Entry.Unclear(name, "500 no leader");
        }
        return entry;
    }

    @Override
    public synchronized Closing close(String record, ChangeResult result) {
        if (record.equals(name) && closesInVain > 0) {
            closesInVain--;
            return new Closing.Written();
        }
        return journal.close(record, result);
    }

    @Override
    public void read(Consumer<Logged> each) {
        journal.read(each);
    }
}
