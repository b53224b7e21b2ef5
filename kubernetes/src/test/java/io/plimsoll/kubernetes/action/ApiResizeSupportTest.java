package io.plimsoll.kubernetes.action;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.plimsoll.kubernetes.LoopbackApi;
import io.plimsoll.kubernetes.action.ApiResizeSupport.State;
import io.plimsoll.kubernetes.api.ApiServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

@Timeout(60)
class ApiResizeSupportTest {

    private static final String WITH = """
            {"kind":"APIResourceList","groupVersion":"v1","resources":[
             {"name":"pods","verbs":["get"]},{"name":"pods/resize","verbs":["get","patch","update"]}]}""";
    private static final String WITHOUT = """
            {"kind":"APIResourceList","groupVersion":"v1","resources":[
             {"name":"nodes","verbs":["get"]},{"name":"pods","verbs":["get"]},{"name":"pods/status","verbs":["get"]}]}""";
    private static final String DISCOVERY = "/api/v1";
    private static final String VERSION = "/version";

    /// What is answered to each path; 403 for all others.
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final LoopbackApi api = new LoopbackApi(exchange -> {
        var answer = answers.get(exchange.getRequestURI().getPath());
        LoopbackApi.json(exchange, answer == null ? 403 : 200, answer == null ? "{}" : answer);
    });
    private final ApiServer server = new ApiServer(api.client());
    private long nowNanos = Long.MAX_VALUE - 5; // as System.nanoTime() may be
    private final ApiResizeSupport support = new ApiResizeSupport(server, () -> nowNanos);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        log().addAppender(lines);
    }

    @AfterEach
    void close() {
        log().detachAppender(lines);
        server.close();
        api.close();
    }

    @Test
    void server_thatNamesIt_lacksNothingAndIsAskedOnceInAWhile() {
        answers.put(DISCOVERY, WITH);

        assertThat(support.state()).isEqualTo(new State.Unknown());
        assertThat(support.lacking()).isEmpty();
        assertThat(support.lacking()).isEmpty();

        assertThat(support.state()).isEqualTo(new State.There());
        assertThat(api.asked()).containsExactly("GET /api/v1");
        nowNanos += ApiResizeSupport.INTERVAL.toNanos();
        assertThat(support.lacking()).isEmpty();
        assertThat(api.asked()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "v1.32.11, 'this API server (v1.32.11) cannot resize', upgrade it to Kubernetes 1.33 or later",
        "v1.31.4-eks-2d5f260, 'this API server (v1.31.4-eks-2d5f260) cannot', upgrade it to Kubernetes 1.33 or later",
        "v1.34.1+k3s1, 'this API server (v1.34.1+k3s1) cannot resize', switch on the feature gate InPlacePodVerticalScaling",
        "'', this API server cannot resize pods in place, upgrade it to Kubernetes 1.33 or later",
    })
    void server_thatDoesNotNameIt_saysWhatToDoByItsVersion(String version, String which, String remedy) {
        answers.put(DISCOVERY, WITHOUT);
        if (!version.isEmpty()) {
            answers.put(VERSION, "{\"gitVersion\":\"" + version + "\"}");
        }

        assertThat(support.lacking())
                .hasValueSatisfying(
                        why -> assertThat(why).contains(which, "no pods/resize", remedy, "only recommended"));
        assertThat(messages()).singleElement().asString().contains("No pod is resized in place: ", remedy);
    }

    @Test
    void server_thatIsUpgraded_isNoticedWithTheNextQuestionAndToldOnce() {
        answers.put(DISCOVERY, WITHOUT);
        assertThat(support.lacking()).isPresent();

        answers.put(DISCOVERY, WITH);
        assertThat(support.lacking()).isPresent();
        nowNanos += ApiResizeSupport.INTERVAL.toNanos();

        assertThat(support.lacking()).isEmpty();
        assertThat(messages()).hasSize(2).last().isEqualTo("The API server can resize pods in place now");
    }

    /// A proxy in between that answers anything itself, say.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}",
                "[]",
                "''",
                "{\"resources\":[]}",
                "{\"resources\":7}",
                "{\"resources\":[{\"name\":\"nodes\"}",
                "<html>"
            })
    void answer_thatMakesNoSense_holdsNothingUp(String answer) {
        answers.put(DISCOVERY, answer);

        assertThat(support.lacking()).isEmpty();

        assertThat(support.state()).isEqualTo(new State.Unknown());
        assertThat(messages()).singleElement().asString().contains("holds nothing up");
    }

    @Test
    void question_thatIsForbiddenOrNotAnswered_holdsNothingUpAndIsToldOnce() {
        for (int i = 0; i < 3; i++) {
            assertThat(support.lacking()).isEmpty();
            nowNanos += ApiResizeSupport.INTERVAL.toNanos();
        }
        api.close();
        assertThat(support.lacking()).isEmpty();

        assertThat(support.state()).isEqualTo(new State.Unknown());
        assertThat(messages()).singleElement().asString().contains("403");
    }

    /// Otherwise policies would be told to be able each time that the API server is busy.
    @Test
    void whatIsKnown_staysWhereALaterQuestionIsNotAnswered() {
        answers.put(DISCOVERY, WITHOUT);
        var lacking = support.lacking();
        answers.clear();
        nowNanos += ApiResizeSupport.INTERVAL.toNanos();

        assertThat(support.lacking()).isPresent().isEqualTo(lacking);
    }

    private List<String> messages() {
        return lines.list.stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static Logger log() {
        return (Logger) LoggerFactory.getLogger(ApiResizeSupport.class);
    }
}
