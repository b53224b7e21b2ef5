package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.action.ApiEvents.Happening;
import io.plimsoll.kubernetes.action.ApiEvents.Severity;
import io.plimsoll.kubernetes.action.ApiEvents.Subject;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
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

    /// A name is cut behind 230 characters; what is left may not end in a dash or a dot.
    @Test
    void event_ofAnObjectWithALongName_hasANameThatTheApiServerTakes() throws IOException {
        for (var end : List.of("a", "-a", ".a", "--", "a.")) {
            var subject = new Subject("shop", "Deployment", "a".repeat(230 - end.length()) + end + "z".repeat(20));

            assertThat(sent(subject, "").at("/metadata/name").asText())
                    .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
                    .hasSizeLessThanOrEqualTo(253);
        }
    }

    private static String note(String text) throws IOException {
        return sent(WEB, text).path("note").asText();
    }

    /// As it is sent.
    private static JsonNode sent(Subject subject, String note) throws IOException {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{}"));
                var server = new ApiServer(api.client())) {
            var events = new ApiEvents(server, ApiEvents.Reporter.RIGHTSIZER, Clock.systemUTC(), new Random(1), "test");

            events.create(new Happening(subject, WEB, Severity.NORMAL, "Resized", note));

            var sent = api.asked().getLast();
            return Json.MAPPER.readTree(sent.substring(sent.indexOf('{')));
        }
    }
}
