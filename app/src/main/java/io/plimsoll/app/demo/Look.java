package io.plimsoll.app.demo;

/// What a terminal can show.
enum Look {
    /// Letters and digits only: a node's load in tenths, `!` when it is hot.
    PLAIN("0123456789", "", "", " (in tenths; !: over 90 %)"),
    /// Bars, and hot nodes in red.
    COLOUR("▁▁▂▃▄▄▅▆▇█", "\u001b[31m", "\u001b[0m", " (red: over 90 %)");

    private static final double HOT = 0.90;

    private final String levels;
    private final String hotBegin;
    private final String hotEnd;
    private final String legend;

    Look(String levels, String hotBegin, String hotEnd, String legend) {
        this.levels = levels;
        this.hotBegin = hotBegin;
        this.hotEnd = hotEnd;
        this.legend = legend;
    }

    /// What the characters mean, to be put behind a heading.
    String legend() {
        return legend;
    }

    /// One character for a load.
    String mark(double load) {
        if (load > HOT) {
            return this == PLAIN ? "!" : hotBegin + "█" + hotEnd;
        }
        int level = (int) (load * levels.length());
        return levels.substring(level, level + 1);
    }
}
