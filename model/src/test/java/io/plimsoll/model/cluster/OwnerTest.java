package io.plimsoll.model.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerTest {

    private static final String LONG = "a".repeat(300);

    static Stream<String> hostileNames() {
        return Stream.of(
                "",
                " ",
                "a b",
                "a#b",
                "a?b",
                "a/b",
                "a/../b",
                ".",
                "..",
                "a..b",
                ".a",
                "a.",
                "-a",
                "a-",
                "a.-b",
                "a%b",
                "a%2fb",
                "%2e%2e",
                "a\\b",
                "a\nb",
                "a\n",
                "a\u0000",
                "a\tb",
                "a:b",
                "a&b",
                "a=b",
                "a;b",
                "a+b",
                "a*",
                "{a}",
                "%s",
                "Web",
                "we_b",
                "wéb",
                "\u0430",
                "\u202eeurt",
                "\ud83e\udd16",
                "${jndi:x}",
                "\"}]}",
                LONG);
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void reference_toANameThatNothingCanHave_isNone(String name) {
        assertThat(Owner.referred("shop", "Deployment", name)).isEmpty();
    }

    static Stream<String> hostileKinds() {
        return Stream.of(
                "",
                " ",
                "We?rd#",
                "a b",
                "a/b",
                "..",
                "a.b",
                "a%2f",
                "a_b",
                "1a",
                "-a",
                "a-",
                "a\n",
                "\u212aind",
                "K\u00efnd",
                "\ud83e\udd16",
                "a".repeat(64),
                LONG);
    }

    @ParameterizedTest
    @MethodSource("hostileKinds")
    void reference_toAKindThatNothingCanBe_isNone(String kind) {
        assertThat(Owner.referred("shop", kind, "web")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"w", "web", "web-7d4b9c6f5", "7up", "ip-10-0-0-1.eu-west-1.compute.internal", "a--b", "1.2.3"})
    void reference_toANameOfKubernetes_isIt(String name) {
        assertThat(Owner.referred("shop", "ReplicaSet", name)).contains(new Owner("shop", "ReplicaSet", name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ReplicaSet", "Node", "job", "K8sThing", "a-kind", "X"})
    void reference_toAKindOfKubernetes_isIt(String kind) {
        assertThat(Owner.referred("shop", kind, "web")).contains(new Owner("shop", kind, "web"));
    }

    @ParameterizedTest
    @ValueSource(ints = {253, 254})
    void reference_toALongName_isItUpTo253Characters(int chars) {
        assertThat(Owner.referred("shop", "Job", "a".repeat(chars)).isPresent()).isEqualTo(chars <= 253);
    }
}
