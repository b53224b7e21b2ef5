package io.plimsoll.app.resize;

import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.rightsizer.OomReport;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;

/// What `WorkloadRecommendation` objects tell of containers that were killed for memory, as people read it.
final class OomView {

    private OomView() {}

    /// The same without what was killed longer ago than it is told of: where no right-sizer runs any more, nobody
    /// takes it away.
    static JsonNode recent(JsonNode recommendation, Instant now) {
        JsonNode copy = recommendation.deepCopy();
        for (var raises = raises(copy).iterator(); raises.hasNext(); ) {
            if (isOld(raises.next(), now)) {
                raises.remove();
            }
        }
        return copy;
    }

    private static boolean isOld(JsonNode raise, Instant now) {
        try {
            return Instant.parse(text(raise, "killedAt")).isBefore(now.minus(OomReport.KEPT));
        } catch (DateTimeParseException e) {
            return false; // nobody has written it: better told too long
        }
    }

    static boolean isKilled(JsonNode recommendation) {
        return !raises(recommendation).isEmpty();
    }

    private static JsonNode raises(JsonNode recommendation) {
        return recommendation.path("status").path("oomRaises");
    }

    /// The latest first.
    static String table(List<JsonNode> recommendations) {
        var table = new TextTable("KILLED", "WORKLOAD", "CONTAINER", "KILLS", "LIMIT", "STATE", "CHANGE", "WHAT TO DO");
        recommendations.stream()
                .flatMap(one ->
                        StreamSupport.stream(raises(one).spliterator(), false).map(raise -> new Told(one, raise)))
                .sorted(Comparator.comparing((Told told) -> text(told.raise(), "killedAt"))
                        .reversed())
                .forEach(told -> table.row(
                        text(told.raise(), "killedAt"),
                        RecommendationView.workload(told.recommendation()),
                        text(told.raise(), "container"),
                        text(told.raise(), "kills"),
                        limit(told.raise(), "before") + " → " + limit(told.raise(), "after"),
                        text(told.raise(), "state"),
                        text(told.raise(), "record"),
                        text(told.raise(), "message")));
        return table.toString();
    }

    private record Told(JsonNode recommendation, JsonNode raise) {}

    private static String text(JsonNode raise, String field) {
        return raise.path(field).asText();
    }

    private static String limit(JsonNode raise, String field) {
        return raise.path(field).path("limit").asText();
    }
}
