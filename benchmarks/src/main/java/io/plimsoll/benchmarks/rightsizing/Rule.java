package io.plimsoll.benchmarks.rightsizing;

/// Says what a container asks for, step by step, from what it used before.
interface Rule {

    String name();

    /// The request in force at each step, decided from the steps before it; `NaN` as long as there is none.
    double[] requests(Trace trace);
}
