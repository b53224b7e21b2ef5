package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SizingsTest {

    private final List<String> told = new ArrayList<>();

    @Test
    void decided_oneOfThreeFails_tellsTheOthersAllTheSame() {
        var all = named("first").and(failing()).and(named("last"));

        assertThatIllegalStateException()
                .isThrownBy(() -> all.decided(List.of()))
                .withMessage("no room");

        assertThat(told).containsExactly("first", "last");
    }

    private Sizings named(String name) {
        return telling(() -> told.add(name));
    }

    private static Sizings failing() {
        return telling(() -> {
            throw new IllegalStateException("no room");
        });
    }

    private static Sizings telling(Runnable told) {
        return new Sizings() {
            @Override
            public void decided(List<WorkloadSizing> sizings) {
                told.run();
            }

            @Override
            public void ended(Change change, ChangeResult result) {
                told.run();
            }
        };
    }
}
