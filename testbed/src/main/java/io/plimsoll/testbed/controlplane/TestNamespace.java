package io.plimsoll.testbed.controlplane;

/// The namespace that one test has to itself; it is deleted after the test.
public record TestNamespace(String name) {

    @Override
    public String toString() {
        return name;
    }
}
