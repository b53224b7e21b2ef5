package io.plimsoll.testbed.cli;

import picocli.CommandLine;

/// The testbed's commands as a program of their own; `up` starts it again to watch over the control plane.
public final class TestbedMain {
    private TestbedMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new TestbedCommand()).execute(arguments));
    }
}
