package io.plimsoll.model.neighbour;

/// How good a neighbour is, in a letter.
///
///     G = 100 · exp(−h / 0.25)          h: seconds a second that others wait for it
///
/// | | A | B | C | D | E |
/// |---|---|---|---|---|---|
/// | G at least | 90 | 75 | 50 | 25 | 0 |
/// | h at most | 0.026 | 0.072 | 0.173 | 0.347 | any |
public enum Grade {
    A(90),
    B(75),
    C(50),
    D(25),
    E(0);

    private static final double HARM_SCALE = 0.25;

    /// A letter that was shown stays until the score is so many points beyond its ends.
    private static final double MARGIN = 5;

    private final double scoreMin;

    Grade(double scoreMin) {
        this.scoreMin = scoreMin;
    }

    /// 100 for one that nobody waits for, down to 0.
    static double score(double harm) {
        return 100 * Math.exp(-harm / HARM_SCALE);
    }

    /// The letter for so much harm, where another was shown before.
    static Grade of(double harm, Grade shown) {
        double score = score(harm);
        double scoreMax = shown == A ? 100 : values()[shown.ordinal() - 1].scoreMin;
        return score >= shown.scoreMin - MARGIN && score <= scoreMax + MARGIN ? shown : of(harm);
    }

    static Grade of(double harm) {
        double score = score(harm);
        for (var grade : values()) {
            if (score >= grade.scoreMin) {
                return grade;
            }
        }
        return E;
    }
}
