package io.plimsoll.kubernetes.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Paths at the API server. Whatever a name holds, it is one segment: it neither ends the path nor leads elsewhere.
///
/// | a name with | is sent as |
/// |---|---|
/// | a space, `#`, `?`, a line's end, a letter beyond ASCII | that, escaped: there is no such object |
/// | `/` or `%` | nothing: the server unescapes a path before it takes it apart |
/// | nothing at all, or one or two dots alone | nothing: that is another path |
///
/// What is not sent [ApiServer] answers as the server answers for what is not there (404).
public final class ApiPath {

    /// Slashes that are each followed by one name, escaped or plain. `%2F` is a slash and `%25` a percent sign.
    private static final Pattern POSSIBLE =
            Pattern.compile("(?:/(?!\\.{1,2}(?:/|$))(?:[A-Za-z0-9._~*:-]|%(?!2[5Ff])[0-9A-Fa-f]{2})++)++");

    private ApiPath() {}

    /// @param form a path with `%s` for each of the names
    public static String of(String form, String... names) {
        return String.format(
                Locale.ROOT, form, Stream.of(names).map(ApiPath::escaped).toArray());
    }

    private static String escaped(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// Whether an object, or a list of some, can be there.
    ///
    /// @param path without a query
    static boolean isPossible(String path) {
        return POSSIBLE.matcher(path).matches();
    }
}
