package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.LoopbackApi.Answer;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal.Closing;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangeJournal.JournalUnreadable;
import io.plimsoll.model.action.ChangeJournal.Logged;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the journal makes of each answer that an API server, or somebody on the way to it, can give. 0 stands for a
/// connection that is closed without any.
@Timeout(60)
class ApiChangeJournalAnswersTest {

    private static final String RECORDS = "/apis/plimsoll.io/v1alpha1/namespaces/shop/changerecords";
    private static final String ALL = "/apis/plimsoll.io/v1alpha1/changerecords?limit=500";
    private static final String NO_SUCH_KIND = "the server could not find the requested resource";
    private static final String NO_SUCH_RECORD = "changerecords.plimsoll.io \"web-1\" not found";
    private static final Change CHANGE = new Change(
            new Owner("shop", "Deployment", "web"),
            "shop/sizes",
            "UsageChanged",
            "a test",
            Optional.empty(),
            List.of(new PodChange(new PodKey("shop", "web-a"), "u-1", List.of(main(100)), List.of(main(200)))));

    private List<String> asked = List.of();

    // A record is to be written

    @Test
    void record_taken_isWritten() {
        assertThat(intended(answering(201, 0))).isInstanceOf(Entry.Written.class);

        assertThat(asked).hasSize(1).first().asString().startsWith("POST " + RECORDS + "?");
    }

    /// A gateway gives up, say, when the API server has long taken it.
    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 0})
    void record_notAnsweredButFoundToBeThere_isWritten(int status) {
        var entry = intended(answering(status, 200));

        assertThat(entry).isInstanceOf(Entry.Written.class);
        var name = ((Entry.Written) entry).name();
        assertThat(asked).hasSize(2).last().isEqualTo("GET " + RECORDS + "/" + name.substring("shop/".length()));
    }

    /// An API server that restarts closes connections that wait for their next request. Sent twice, the record would
    /// be refused as one that is there already.
    @Test
    void record_onAConnectionThatIsClosedUnderIt_isSentOnce() {
        var entry = with(answering(0, 200), journal -> {
            assertThat(journal.record("shop/other")).isEmpty();
            return journal.intend(CHANGE);
        });

        assertThat(entry).isInstanceOf(Entry.Written.class);
        assertThat(asked.stream().filter(line -> line.startsWith("POST"))).hasSize(1);
    }

    /// It may still be on its way.
    @ParameterizedTest
    @ValueSource(ints = {404, 500, 403, 0})
    void record_notAnsweredAndNotFound_isUnclearAndHasTheNameThatWasAskedFor(int lookedUp) {
        var entry = intended(answering(500, lookedUp));

        assertThat(entry).isInstanceOfSatisfying(Entry.Unclear.class, unclear -> {
            assertThat(asked).contains("GET " + RECORDS + "/" + unclear.name().substring("shop/".length()));
            assertThat(unclear.message()).contains("500", "said by a test");
        });
        assertThat(asked.stream().filter(line -> line.startsWith("POST"))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void record_forbidden_isNotAskedFor(int status) {
        assertThat(intended(answering(status, 200)))
                .isInstanceOfSatisfying(
                        Entry.Forbidden.class,
                        forbidden -> assertThat(forbidden.message()).contains("said by a test"));
        assertThat(asked).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 409, 422, 429})
    void record_refused_isNotWrittenAndNotAskedFor(int status) {
        assertThat(intended(answering(status, 200))).isInstanceOf(Entry.NotWritten.class);
        assertThat(asked).hasSize(1);
    }

    // An outcome is to be written

    @Test
    void outcome_taken_isWrittenToTheStatusAlone() {
        assertThat(closed(answering(200, 0))).isEqualTo(new Closing.Written());

        assertThat(asked)
                .singleElement()
                .asString()
                .matches("PATCH " + RECORDS + "/web-1/status[?]timeout=\\d+s \\{\"status\":\\{.*}}");
    }

    /// There is nothing that could be left open.
    @Test
    void outcome_ofARecordThatIsNotThere_countsAsWritten() {
        assertThat(closed(exchange -> status(exchange, 404, NO_SUCH_RECORD))).isEqualTo(new Closing.Written());
    }

    /// The record may be there all the same: an API server that starts does not serve the kind at first.
    @Test
    void outcome_whileTheKindIsNotServed_isNotWritten() {
        assertThat(closed(exchange -> status(exchange, 404, NO_SUCH_KIND)))
                .isInstanceOfSatisfying(
                        Closing.NotWritten.class,
                        left -> assertThat(left.message()).contains(NO_SUCH_KIND));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void outcome_forbidden_saysSo(int status) {
        assertThat(closed(answering(status, 0))).isInstanceOf(Closing.Forbidden.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 422, 429, 500, 503, 0})
    void outcome_refusedOrNotAnswered_isNotWrittenAndTriedOnce(int status) {
        assertThat(closed(answering(status, 0))).isInstanceOf(Closing.NotWritten.class);

        assertThat(asked).hasSize(1);
    }

    // Records are to be read

    /// The server forgets the first page's time while the second is awaited, and says how to go on.
    @Test
    void records_expiredInTheMiddle_goOnWhereTheyHaveGotToAndNoneIsReadTwice() {
        var read = read(exchange -> {
            switch (continued(exchange)) {
                case "" -> page(exchange, "t1", record("a"), record("b"));
                case "t1" -> expired(exchange, "t2");
                case "t2" -> page(exchange, "t3", record("c"));
                case "t3" -> expired(exchange, "t4");
                default -> page(exchange, "", record("d"));
            }
        });

        assertThat(read.problem()).isEmpty();
        assertThat(read.names()).containsExactly("shop/a", "shop/b", "shop/c", "shop/d");
        assertThat(asked)
                .containsExactly(
                        "GET " + ALL,
                        "GET " + ALL + "&continue=t1",
                        "GET " + ALL + "&continue=t2",
                        "GET " + ALL + "&continue=t3",
                        "GET " + ALL + "&continue=t4");
    }

    /// To begin anew would hand on the first ones twice: that is for the reader to decide.
    @ParameterizedTest
    @ValueSource(ints = {410, 500, 0})
    void records_brokenOffInTheMiddle_areUnreadable(int status) {
        var read = read(exchange -> {
            if (continued(exchange).isEmpty()) {
                page(exchange, "t1", record("a"));
            } else {
                answer(exchange, status);
            }
        });

        assertThat(read.problem())
                .hasValueSatisfying(words -> assertThat(words).startsWith("the records of changes cannot be read: "));
        assertThat(read.names()).containsExactly("shop/a");
        // The client itself asks again for what was read on a connection that was closed under it.
        assertThat(asked).startsWith("GET " + ALL).endsWith("GET " + ALL + "&continue=t1");
        assertThat(asked.stream().distinct()).hasSize(2);
    }

    /// An answer to the first page has nothing to go on from.
    @Test
    void records_expiredAtTheirBeginning_areUnreadable() {
        var read = read(exchange -> expired(exchange, "t1"));

        assertThat(read.problem()).isPresent();
        assertThat(asked).containsExactly("GET " + ALL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"metadata\":{},\"items\":[",
                "{\"metadata\":{}}",
                "{\"items\":null}",
                "{\"items\":[{}]",
                "[]",
                "",
                "<html>"
            })
    void records_answeredWithNoList_areUnreadable(String body) {
        assertThat(read(exchange -> LoopbackApi.json(exchange, 200, body)).problem())
                .isPresent();
    }

    /// Its name comes first; the token of the next page may come last.
    @Test
    void records_whoseMetadataComeAfterThem_areReadToTheirEnd() {
        var read = read(exchange -> LoopbackApi.json(
                exchange,
                200,
                continued(exchange).isEmpty()
                        ? "{\"items\":[" + record("a") + "],\"metadata\":{\"continue\":\"t 1/=\"}}"
                        : "{\"items\":[" + record("b") + "],\"metadata\":{}}"));

        assertThat(read.names()).containsExactly("shop/a", "shop/b");
        assertThat(asked).last().isEqualTo("GET " + ALL + "&continue=t+1%2F%3D");
    }

    @Test
    void record_thatMakesNoSense_keepsNoneOfTheOthersFromBeingRead() {
        var read = read(exchange -> page(exchange, "", record("a"), "{\"metadata\":{\"name\":\"odd\"}}", record("b")));

        assertThat(read.problem()).isEmpty();
        assertThat(read.names()).containsExactly("shop/a", "shop/b");
    }

    /// A fault of the reader is none of the record's.
    @Test
    void reader_thatThrows_isNotSilenced() {
        assertThatThrownBy(() -> with(exchange -> page(exchange, "", record("a")), journal -> {
                    journal.read(record -> {
                        throw new IllegalStateException("a bug of the reader");
                    });
                    return "";
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a bug of the reader");
    }

    @Test
    void record_askedForByName_isTheOnlyOneThatIsRead() {
        var found = with(
                exchange -> LoopbackApi.json(exchange, 200, record("web-1")), journal -> journal.record("shop/web-1"));

        assertThat(found).map(Logged::name).hasValue("shop/web-1");
        assertThat(asked).containsExactly("GET " + RECORDS + "/web-1");
    }

    @Test
    void record_askedForByNameAndNotThere_isNone() {
        var found = with(exchange -> status(exchange, 404, NO_SUCH_RECORD), journal -> journal.record("shop/web-1"));

        assertThat(found).isEmpty();
    }

    @Test
    void record_askedForByNameWhileTheKindIsNotServed_isUnreadable() {
        assertThatThrownBy(() ->
                        with(exchange -> status(exchange, 404, NO_SUCH_KIND), journal -> journal.record("shop/web-1")))
                .isInstanceOf(JournalUnreadable.class);
    }

    // The server

    /// @param problem why it could not be read to its end
    private record Read(List<String> names, Optional<String> problem) {}

    private Read read(Answer answer) {
        return with(answer, journal -> {
            var names = new ArrayList<String>();
            try {
                journal.read(record -> names.add(record.name()));
                return new Read(names, Optional.empty());
            } catch (JournalUnreadable e) {
                return new Read(names, Optional.of(String.valueOf(e.getMessage())));
            }
        });
    }

    private Entry intended(Answer answer) {
        return with(answer, journal -> journal.intend(CHANGE));
    }

    private Closing closed(Answer answer) {
        var result = ChangeResult.of("shop/web-1", CHANGE, ChangePhase.APPLIED, "");
        return with(answer, journal -> journal.close("shop/web-1", result));
    }

    private <T> T with(Answer answer, Function<ApiChangeJournal, T> work) {
        try (var api = new LoopbackApi(answer);
                var client = api.client();
                var server = new ApiServer(client)) {
            try {
                return work.apply(new ApiChangeJournal(server, InstantSource.fixed(Instant.EPOCH), new Random(1)));
            } finally {
                asked = api.asked();
            }
        }
    }

    /// One status for what is read, another for all else.
    private static Answer answering(int written, int read) {
        return exchange -> answer(exchange, exchange.getRequestMethod().equals("GET") ? read : written);
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        if (status > 0) {
            status(exchange, status, "said by a test");
        }
    }

    private static void status(HttpExchange exchange, int status, String message) throws IOException {
        LoopbackApi.json(
                exchange,
                status,
                "{\"kind\":\"Status\",\"metadata\":{},\"message\":\"%s\"}".formatted(message.replace("\"", "\\\"")));
    }

    private static void expired(HttpExchange exchange, String goOnAt) throws IOException {
        LoopbackApi.json(exchange, 410, "{\"kind\":\"Status\",\"metadata\":{\"continue\":\"%s\"}}".formatted(goOnAt));
    }

    private static String continued(HttpExchange exchange) {
        return Arrays.stream(exchange.getRequestURI().getQuery().split("&"))
                .filter(part -> part.startsWith("continue="))
                .map(part -> part.substring("continue=".length()))
                .collect(Collectors.joining());
    }

    private static void page(HttpExchange exchange, String next, String... records) throws IOException {
        var body = "{\"metadata\":{\"continue\":\"%s\"},\"items\":[%s]}".formatted(next, String.join(",", records));
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
    }

    private static String record(String name) {
        return """
                {"metadata": {"namespace": "shop", "name": "%s", "creationTimestamp": "2026-03-04T12:00:00Z"},
                 "spec": {"workload": {"kind": "Deployment", "name": "web"},
                          "reason": {"code": "UsageChanged", "message": "a test"},
                          "pods": [{"name": "web-a", "uid": "u-1",
                                    "before": [{"container": "main", "requests": {"cpu": "100m"}}],
                                    "after": [{"container": "main", "requests": {"cpu": "200m"}}]}]}}
                """.formatted(name);
    }

    private static ContainerSpec main(long cpuMillis) {
        return new ContainerSpec("main", new Resources(cpuMillis, 0), Resources.NONE);
    }
}
