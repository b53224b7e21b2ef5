package io.plimsoll.app.resize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A table of text with a line of headings, its columns as wide as what stands in them. Belongs to one thread.
final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... headings) {
        row(headings);
    }

    TextTable row(String... cells) {
        rows.add(Arrays.stream(cells).map(TextTable::printable).toList());
        return this;
    }

    /// What was written into an object must not move the cursor of a terminal.
    private static String printable(String cell) {
        return cell.replaceAll("\\p{Cntrl}", " ");
    }

    /// The last column is not filled up.
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (var row : rows) {
            for (int column = 0; column < row.size() - 1; column++) {
                text.append(row.get(column))
                        .repeat(" ", width(column) - row.get(column).length() + 2);
            }
            text.append(row.getLast()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
