package io.plimsoll.app.demo;

import java.io.PrintWriter;
import java.util.List;

/// Where frames are shown: redrawn in place on a terminal, one after the other with gaps in a pipe. One thread.
final class Screen {

    private static final String CLEAR_TO_END = "\u001b[0J";

    private final PrintWriter out;
    private final boolean redraws;
    private int linesShown;

    Screen(PrintWriter out, boolean redraws) {
        this.out = out;
        this.redraws = redraws;
    }

    void show(List<String> lines) {
        if (redraws && linesShown > 0) {
            out.print("\u001b[" + linesShown + "A\r" + CLEAR_TO_END);
        }
        print(lines);
        linesShown = lines.size();
    }

    /// Adds lines that stay.
    void print(List<String> lines) {
        lines.forEach(out::println);
        out.flush();
    }
}
