package io.plimsoll.testbed.controlplane;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A process to start: its name in messages and logs, its command line, and what its environment has beyond ours.
public record ProcessSpec(String name, List<String> command, SortedMap<String, String> environment) {

    public ProcessSpec {
        if (!name.matches("[a-z0-9][a-z0-9.-]*")) {
            throw new IllegalArgumentException("name '" + name + "' is not made of a-z, 0-9, '.' and '-'");
        }
        if (command.isEmpty()) {
            throw new IllegalArgumentException("command of " + name + " is empty");
        }
        command = List.copyOf(command);
        environment = new TreeMap<>(environment);
    }

    public ProcessSpec(String name, List<String> command) {
        this(name, command, new TreeMap<>());
    }
}
