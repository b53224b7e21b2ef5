package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.action.ApiEvents.Happening;
import io.plimsoll.kubernetes.action.ApiEvents.Severity;
import io.plimsoll.kubernetes.action.ApiEvents.Subject;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApiEventsTest {

    private static final Subject WEB = new Subject("shop", "Deployment", "web");

    /// The API server counts bytes, and refuses an event whose note has more than 1,024 of them.
    @Test
    void note_longerThanTheApiServerTakes_isCutBetweenCharacters() throws IOException {
        var note = note("x" + "🚢".repeat(400));

        assertThat(note.getBytes(StandardCharsets.UTF_8).length).isBetween(1_018, 1_024);
        assertThat(note).startsWith("x🚢").endsWith("🚢…").doesNotContain("?");
    }

    @Test
    void note_asLongAsTheApiServerTakes_isWhole() throws IOException {
        assertThat(note("é".repeat(512))).isEqualTo("é".repeat(512));
    }

    /// As it is sent.
    private static String note(String text) throws IOException {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{}"));
                var server = new ApiServer(api.client())) {
            var events = new ApiEvents(server, ApiEvents.Reporter.RIGHTSIZER, Clock.systemUTC(), new Random(1), "test");

            events.create(new Happening(WEB, WEB, Severity.NORMAL, "Resized", text));

            var sent = api.asked().getLast();
            return Json.MAPPER
                    .readTree(sent.substring(sent.indexOf('{')))
                    .path("note")
                    .asText();
        }
    }
}
