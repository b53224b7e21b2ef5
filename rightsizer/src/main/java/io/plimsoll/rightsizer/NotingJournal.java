package io.plimsoll.rightsizer;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeResult;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A journal of which somebody notes what it answers to those who write.
record NotingJournal(ChangeJournal journal, Notes notes) implements ChangeJournal {

    /// Who notes it.
    interface Notes {

        void intended(Change change, Entry entry);

        void closed(ChangeResult result, Closing closing);
    }

    @Override
    public Entry intend(Change change) {
        var entry = journal.intend(change);
        notes.intended(change, entry);
        return entry;
    }

    @Override
    public Closing close(String name, ChangeResult result) {
        var closing = journal.close(name, result);
        notes.closed(result, closing);
        return closing;
    }

    @Override
    public void read(Consumer<Logged> each) {
        journal.read(each);
    }

    @Override
    public List<Logged> undos() {
        return journal.undos();
    }

    @Override
    public Optional<Logged> record(String name) {
        return journal.record(name);
    }
}
