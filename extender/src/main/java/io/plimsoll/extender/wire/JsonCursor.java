package io.plimsoll.extender.wire;

import io.plimsoll.extender.wire.MalformedRequest.Kind;
import io.plimsoll.model.cluster.NodeTable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A position in a JSON text that moves forward only and makes no objects. Belongs to one thread.
///
/// What is skipped is checked no further than its end needs: strings are closed and brackets balance in number.
/// Depth costs nothing here, since nothing recurses; it is limited all the same, so that no later reader of a
/// part recurses into it.
final class JsonCursor {

    /// As deep as Jackson reads by default; a real Pod has less than 20 levels.
    static final int DEPTH_MAX = 1_000;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';

    private byte[] bytes = {};
    private int at;
    private int end;
    private boolean escaped;
    private int keyFrom;
    private int keyTo;

    void reset(byte[] json, int length) {
        reset(json, 0, length);
    }

    void reset(byte[] json, int from, int to) {
        bytes = json;
        at = from;
        end = to;
    }

    int at() {
        return at;
    }

    /// Whether the string passed last held a backslash.
    boolean wasEscaped() {
        return escaped;
    }

    /// The next byte that is not white space, without moving past it.
    byte peek() {
        while (at < end && isSpace(bytes[at])) {
            at++;
        }
        if (at >= end) {
            throw truncated();
        }
        return bytes[at];
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    /// Moves past the string that comes next, `where` naming it in case it is something else.
    int string(String where) {
        expectType('"', where);
        at--;
        return string();
    }

    /// Moves past `wanted` if it comes next.
    boolean take(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    void expect(char wanted) {
        if (!take(wanted)) {
            throw syntax("expected '" + wanted + "'");
        }
    }

    /// Moves past `null` if it comes next.
    boolean takeNull() {
        if (peek() != 'n') {
            return false;
        }
        skipScalar();
        return true;
    }

    void expectType(char opening, String where) {
        byte next = peek();
        if (next != opening) {
            throw wrongType(opening, where, next);
        }
        at++;
    }

    private MalformedRequest wrongType(char opening, String where, byte next) {
        return new MalformedRequest(
                Kind.WRONG_TYPE,
                where + " must be " + type(opening) + " but starts with '" + (char) (next & 0xff) + "' at byte " + at);
    }

    /// Where the value that comes next begins; it begins with `opening` if that is `required`.
    int startOf(char opening, boolean required, String where) {
        byte next = peek();
        if (required && next != opening) {
            throw wrongType(opening, where, next);
        }
        return at;
    }

    /// Moves past the string whose opening quote is next and returns where its content began; the content ends at
    /// `at() - 1`.
    int string() {
        int from = at + 1;
        int i = from;
        escaped = false;
        while (true) {
            i = quoteOrBackslash(i);
            if (i >= end) {
                at = end;
                throw truncated();
            }
            if (bytes[i] == '"') {
                at = i + 1;
                return from;
            }
            escaped = true;
            i += 2;
        }
    }

    /// Moves past a node's name and the quote behind it, if that is what comes next in a string just opened.
    boolean passIfNext(NodeTable table, int slot) {
        int to = at + table.nameLength(slot);
        if (to >= end || bytes[to] != '"' || !table.isNameAt(slot, bytes, at)) {
            return false;
        }
        at = to + 1;
        return true;
    }

    /// Moves back by one byte.
    void back() {
        at--;
    }

    void skipValue() {
        switch (peek()) {
            case '"' -> string();
            case '{', '[' -> skipNested();
            default -> skipScalar();
        }
    }

    /// Whether the bytes from `from` up to the last string's closing quote spell `lowerCase` in any case.
    boolean spells(int from, String lowerCase) {
        return spells(from, at - 1, lowerCase);
    }

    private boolean spells(int from, int to, String lowerCase) {
        int length = to - from;
        if (length != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if ((bytes[from + i] | 0x20) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    // Whole objects and lists

    /// Calls `field` for each field of the object that comes next, and not at all for null.
    void object(String where, Runnable field) {
        if (!takeNull()) {
            expectType('{', where);
            fields(field);
        }
    }

    /// Calls `field` for each field whose value is not null, in an object that was just opened. It finds the key
    /// in [#keyIs], as long as it reads nothing, and has to read the value.
    void fields(Runnable field) {
        if (take('}')) {
            return;
        }
        do {
            keyFrom = string("a key");
            keyTo = at - 1;
            expect(':');
            if (!takeNull()) {
                field.run();
            }
        } while (take(','));
        expect('}');
    }

    /// Calls `item` for each item of the list that comes next.
    void items(String where, Runnable item) {
        expectType('[', where);
        if (take(']')) {
            return;
        }
        do {
            item.run();
        } while (take(','));
        expect(']');
    }

    boolean keyIs(String key) {
        return keyTo - keyFrom == key.length() && keyStartsWith(key);
    }

    boolean keyStartsWith(String start) {
        if (keyTo - keyFrom < start.length()) {
            return false;
        }
        for (int i = 0; i < start.length(); i++) {
            if (bytes[keyFrom + i] != start.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Whether the key is `lowerCase` in any case.
    boolean keySpells(String lowerCase) {
        return spells(keyFrom, keyTo, lowerCase);
    }

    int keyFrom() {
        return keyFrom;
    }

    int keyTo() {
        return keyTo;
    }

    String key() {
        return text(keyFrom, keyTo);
    }

    /// The string that comes next.
    String text(String where) {
        int from = string(where);
        int to = at - 1;
        return escaped ? new String(unescaped(bytes, from, to), StandardCharsets.UTF_8) : text(from, to);
    }

    /// The string, number or word that comes next, as text.
    String scalar(String where) {
        byte next = peek();
        if (next == '"') {
            return text(where);
        }
        if (next == '{' || next == '[') {
            throw new MalformedRequest(
                    Kind.WRONG_TYPE,
                    where + " must be a string or number but starts with '" + (char) next + "' at byte " + at);
        }
        int from = at;
        skipScalar();
        return text(from, at);
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    MalformedRequest syntax(String what) {
        return new MalformedRequest(Kind.SYNTAX, what + " at byte " + at);
    }

    /// Most of what is ever skipped are strings with one byte between them, so all state is in locals here.
    private void skipNested() {
        int depth = 0;
        int i = at;
        while (i < end) {
            byte next = bytes[i++];
            if (next == '"') {
                i = pastString(i);
            } else if ((next | 0x20) == '{') {
                if (++depth > DEPTH_MAX) {
                    throw new MalformedRequest(
                            Kind.TOO_DEEP, "more than " + DEPTH_MAX + " levels of nesting at byte " + i);
                }
            } else if ((next | 0x20) == '}' && --depth == 0) {
                at = i;
                return;
            }
        }
        at = end;
        throw truncated();
    }

    /// Where a string whose content begins at `from` is over, or beyond the end.
    private int pastString(int from) {
        for (int quote = quote(from); quote < end; quote = quote(quote + 1)) {
            if (bytes[quote - 1] != '\\' || !isEscaped(from, quote)) {
                return quote + 1;
            }
        }
        return end;
    }

    /// Whether an odd number of backslashes stands before a quote.
    private boolean isEscaped(int from, int quote) {
        int i = quote;
        while (i > from && bytes[i - 1] == '\\') {
            i--;
        }
        return (quote - i) % 2 == 1;
    }

    /// The first quote at or after `from`, or the end; eight bytes at a time.
    private int quote(int from) {
        int i = from;
        for (int words = end - 7; i < words; i += 8) {
            long word = (long) LONGS.get(bytes, i) ^ QUOTES;
            long found = (word - ONES) & ~word & HIGHS;
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (i < end && bytes[i] != '"') {
            i++;
        }
        return i;
    }

    private void skipScalar() {
        int from = at;
        while (at < end && isScalar(bytes[at])) {
            at++;
        }
        if (at == from) {
            throw syntax("expected a value");
        }
        if (at >= end) {
            throw truncated();
        }
        if (!isNumberOrWord(from)) {
            at = from;
            throw syntax("expected a value");
        }
    }

    private boolean isNumberOrWord(int from) {
        byte first = bytes[from];
        return first == '-'
                || (first >= '0' && first <= '9')
                || equals(from, "null")
                || equals(from, "true")
                || equals(from, "false");
    }

    private boolean equals(int from, String word) {
        if (at - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[from + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isScalar(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || b == '+'
                || b == '.';
    }

    /// The first quote or backslash at or after `from`, eight bytes at a time.
    ///
    /// A byte of `x` is zero exactly where `(x − 0x01…) & ~x & 0x80…` has its lowest bit set; here x is
    /// the text xor the byte looked for (Mycroft's test).
    private int quoteOrBackslash(int from) {
        int i = from;
        for (; i + 8 <= end; i += 8) {
            long word = (long) LONGS.get(bytes, i);
            long quote = word ^ QUOTES;
            long backslash = word ^ BACKSLASHES;
            long found = (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash)) & HIGHS;
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (i < end && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        return i;
    }

    private MalformedRequest truncated() {
        return new MalformedRequest(Kind.TRUNCATED, "the body ends in the middle of a value, after " + end + " bytes");
    }

    private static String type(char opening) {
        return switch (opening) {
            case '{' -> "an object";
            case '[' -> "a list";
            default -> "a string";
        };
    }

    /// The text between two positions of a string's content, its escapes resolved.
    static byte[] unescaped(byte[] bytes, int from, int to) {
        var text = new StringBuilder();
        var raw = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char kind = raw.charAt(++i);
            switch (kind) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case '"', '\\', '/' -> text.append(kind);
                case 'u' -> {
                    text.append(codeUnit(raw, i + 1));
                    i += 4;
                }
                default -> throw new MalformedRequest(Kind.SYNTAX, "unknown escape '\\" + kind + "' in a name");
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static char codeUnit(String raw, int from) {
        int unit = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = i < raw.length() ? Character.digit(raw.charAt(i), 16) : -1;
            if (digit < 0) {
                throw new MalformedRequest(Kind.SYNTAX, "\\u in a name must be followed by four hexadecimal digits");
            }
            unit = unit * 16 + digit;
        }
        return (char) unit;
    }
}
