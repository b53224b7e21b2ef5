package io.plimsoll.kubernetes.action;

import io.plimsoll.model.action.ChangeJournal.Logged;
import java.util.List;

/// A change as its record tells it.
///
/// @param messages what was said of its pods, each sentence once
public record ChangeReport(Logged logged, List<String> messages) {

    public ChangeReport {
        messages = List.copyOf(messages);
    }
}
