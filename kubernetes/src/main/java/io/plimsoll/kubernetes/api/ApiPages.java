package io.plimsoll.kubernetes.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Reads whole lists of the API server, page by page, and of a page one object after the other.
public final class ApiPages {

    private static final int PAGE_ITEMS = 500;
    private static final int PAGES_MAX = 1000;

    private static final String METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    private ApiPages() {}

    /// What is asked for.
    ///
    /// @param path of the list, and a query if there is one
    /// @param accept the form of the answer
    private record Asked(String path, String accept) {}

    /// Hands on each object of a list, none of them twice. Objects of the first pages were handed on when a later
    /// one fails: a list that did not end is no list.
    ///
    /// A list that takes longer than the server remembers (410, after 5 to 10 minutes) goes on behind the last
    /// object with those of now, where the server tells how to. So what was made or deleted meanwhile is told of
    /// the rest of the list alone.
    ///
    /// @param path of the list, and a query if there is one
    /// @param patience for each page
    /// @throws ApiException when the server answers with anything but a success
    /// @throws IOException also when an answer is no list
    public static void read(ApiServer server, String path, Patience patience, Consumer<JsonNode> item)
            throws IOException {
        read(server, new Asked(path, ApiServer.JSON), patience, item);
    }

    /// The same, of each object its metadata alone.
    public static void readMetadata(ApiServer server, String path, Patience patience, Consumer<JsonNode> item)
            throws IOException {
        read(server, new Asked(path, METADATA), patience, item);
    }

    private static void read(ApiServer server, Asked asked, Patience patience, Consumer<JsonNode> item)
            throws IOException {
        var next = "";
        for (int pages = 0; pages < PAGES_MAX; pages++) {
            next = page(server, asked, next, patience, item);
            if (next.isEmpty()) {
                return;
            }
        }
        throw new IOException("the list " + asked.path() + " has more than " + PAGES_MAX + " pages of " + PAGE_ITEMS);
    }

    /// Yields the token of the next page; empty after the last one.
    private static String page(ApiServer server, Asked asked, String token, Patience patience, Consumer<JsonNode> item)
            throws IOException {
        var path = asked.path();
        var at = token.isEmpty() ? "" : "&continue=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
        var query = (path.contains("?") ? "&" : "?") + "limit=" + PAGE_ITEMS + at;
        try (var answer = server.open(path + query, asked.accept(), patience);
                var page = Json.parser(answer)) {
            return page(page, path, item);
        } catch (ApiException e) {
            if (!e.isExpired() || token.isEmpty()) {
                throw e;
            }
            return e.goOnAt().orElseThrow(() -> e);
        }
    }

    private static String page(JsonParser page, String path, Consumer<JsonNode> item) throws IOException {
        var next = new String[] {""};
        boolean[] isList = {false};
        page.nextToken();
        Json.object(page, (field, value) -> {
            switch (field) {
                case "items" -> {
                    isList[0] = value.currentToken() == JsonToken.START_ARRAY;
                    Json.array(value, object -> item.accept(Json.MAPPER.readTree(object)));
                }
                case "metadata" ->
                    next[0] = Json.MAPPER
                            .<JsonNode>readTree(value)
                            .path("continue")
                            .asText();
                default -> value.skipChildren();
            }
        });
        if (!isList[0]) {
            throw new IOException("the answer to " + path + " is no list");
        }
        return next[0];
    }
}
