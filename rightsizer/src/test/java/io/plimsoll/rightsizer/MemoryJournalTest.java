package io.plimsoll.rightsizer;

import io.plimsoll.model.action.ChangeJournal;

class MemoryJournalTest extends ChangeJournalContract {

    private final MemoryJournal journal = new MemoryJournal();

    @Override
    ChangeJournal journal() {
        return journal;
    }

    @Override
    String namespace() {
        return "shop";
    }
}
