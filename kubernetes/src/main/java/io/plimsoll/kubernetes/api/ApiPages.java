package io.plimsoll.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Reads whole lists of the API server, page by page.
public final class ApiPages {

    private static final int PAGE_ITEMS = 500;
    private static final int PAGES_MAX = 1000;

    private ApiPages() {}

    /// Hands on each object of a list. Objects of the first pages were handed on when a later one fails: a list that
    /// did not end is no list.
    ///
    /// @param path of the list, and a query if there is one
    /// @param patience for each page
    /// @throws ApiException when the server answers with anything but a success
    /// @throws IOException also when an answer is no list
    public static void read(ApiServer server, String path, Patience patience, Consumer<JsonNode> item)
            throws IOException {
        var next = "";
        for (int pages = 0; pages < PAGES_MAX; pages++) {
            var page = page(server, path, next, patience);
            page.path("items").forEach(item);
            next = page.path("metadata").path("continue").asText();
            if (next.isEmpty()) {
                return;
            }
        }
        throw new IOException("the list " + path + " has more than " + PAGES_MAX + " pages of " + PAGE_ITEMS);
    }

    private static JsonNode page(ApiServer server, String path, String next, Patience patience) throws IOException {
        var token = next.isEmpty() ? "" : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        try (var answer =
                server.open(path + (path.contains("?") ? "&" : "?") + "limit=" + PAGE_ITEMS + token, patience)) {
            var page = Json.MAPPER.readTree(answer);
            if (!page.path("items").isArray()) {
                throw new IOException("the answer to " + path + " is no list");
            }
            return page;
        }
    }
}
