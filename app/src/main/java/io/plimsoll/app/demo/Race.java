package io.plimsoll.app.demo;

import java.net.URI;
import java.util.List;

/// Two clusters side by side that get the same pods: one scheduled by requests only, one with Plimsoll. One thread.
sealed interface Race extends AutoCloseable permits SimulatedRace, RealRace {

    boolean isOver();

    /// Goes on for a while, simulated or real, and says how both do then.
    DemoState next() throws InterruptedException;

    /// Where Plimsoll answers questions while the race is open.
    URI inspection();

    /// What remains to be shown of single decisions when the race is over.
    List<String> epilogue();

    @Override
    void close();
}
