package io.plimsoll.app.yaml;

/// A place in a file; line and column count from 1.
public record Place(String file, int line, int column) implements Comparable<Place> {

    @Override
    public int compareTo(Place other) {
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }

    /// `file:line:column`, which editors and terminals understand.
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
