package io.plimsoll.kubernetes.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.kubernetes.LoopbackApi;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ApiPathTest {

    private static final String POD = "/api/v1/namespaces/%s/pods/%s";
    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));

    static Stream<Arguments> names() {
        return Stream.of(
                Arguments.of("web-1", "web-1"),
                Arguments.of("a.b", "a.b"),
                Arguments.of("...", "..."),
                Arguments.of("a b", "a%20b"),
                Arguments.of("a+b", "a%2Bb"),
                Arguments.of("a#b", "a%23b"),
                Arguments.of("a?b", "a%3Fb"),
                Arguments.of("a&b=c", "a%26b%3Dc"),
                Arguments.of("a\nb", "a%0Ab"),
                Arguments.of("é", "%C3%A9"),
                Arguments.of("\ud83e\udd16", "%F0%9F%A4%96"),
                Arguments.of("a".repeat(300), "a".repeat(300)));
    }

    @ParameterizedTest
    @MethodSource("names")
    void name_ofAnyCharacters_isOneSegmentOfThePathThatIsSent(String name, String segment) throws IOException {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{}"));
                var server = new ApiServer(api.client())) {
            server.open(ApiPath.of(POD, "shop", name) + "?watch=true", PATIENCE).close();

            assertThat(api.asked()).containsExactly("GET /api/v1/namespaces/shop/pods/" + segment + "?watch=true");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "a/b", "/", "../../secrets/token", "web-1/status", "%2e%2e", "a%2Fb", "a%b", "%"})
    void name_thatWouldLeadElsewhere_isNotThereAndNobodyIsAsked(String name) {
        var path = ApiPath.of(POD, "shop", name);
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{}"));
                var server = new ApiServer(api.client())) {
            assertThatThrownBy(() -> server.open(path, PATIENCE)).satisfies(ApiPathTest::isNotFound);
            assertThatThrownBy(() -> server.write("PATCH", path, "application/json", "{}", PATIENCE))
                    .satisfies(ApiPathTest::isNotFound);

            assertThat(api.asked()).isEmpty();
        }
    }

    /// Whoever has put it together without [ApiPath#of].
    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/v1",
                "/api/v1/pods/a b",
                "/api/v1/pods/a#b",
                "/api/v1/pods/",
                "/api//pods",
                "/api/../x",
                "/é"
            })
    void path_thatIsNotEscaped_isNotThere(String path) {
        try (var api = new LoopbackApi(exchange -> LoopbackApi.json(exchange, 200, "{}"));
                var server = new ApiServer(api.client())) {
            assertThatThrownBy(() -> server.open(path, PATIENCE)).satisfies(ApiPathTest::isNotFound);
        }
    }

    /// What matches names one after the other must not try them all anew.
    @Test
    void path_ofAHundredThousandCharacters_isLookedAtInAMoment() {
        assertThat(ApiPath.isPossible("/a".repeat(50_000) + " ")).isFalse();
    }

    private static void isNotFound(Throwable thrown) {
        assertThat(thrown).isInstanceOfSatisfying(ApiException.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(404);
            assertThat(refusal).hasMessageEndingWith(": no object can have such a path");
        });
    }
}
