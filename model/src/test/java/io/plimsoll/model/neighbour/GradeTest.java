package io.plimsoll.model.neighbour;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradeTest {

    /// 100·exp(−h / 0.25): 90 at 0.0263, 75 at 0.0719, 50 at 0.1733, 25 at 0.3466.
    @ParameterizedTest
    @CsvSource({
        "0, A",
        "0.026, A",
        "0.027, B",
        "0.071, B",
        "0.073, C",
        "0.173, C",
        "0.174, D",
        "0.346, D",
        "0.347, E",
        "9, E"
    })
    void of_harm_isTheLetterOfItsScore(double harm, Grade expected) {
        assertThat(Grade.of(harm)).isEqualTo(expected);
    }

    /// B is from 75 to 90, and stays from 70 (0.0892) to 95 (0.0128).
    @ParameterizedTest
    @CsvSource({"0.0127, A", "0.0129, B", "0.0891, B", "0.0893, C", "9, E"})
    void of_harmWhereBWasShown_staysNearItsEnds(double harm, Grade expected) {
        assertThat(Grade.of(harm, Grade.B)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"A, 0", "E, 9"})
    void of_harmAtTheEnds_stays(Grade shown, double harm) {
        assertThat(Grade.of(harm, shown)).isEqualTo(shown);
    }
}
