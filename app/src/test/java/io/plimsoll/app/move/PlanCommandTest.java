package io.plimsoll.app.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.app.explain.ScriptedInspection;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlanCommandTest {

    @SuppressWarnings("NullAway.Init")
    private ScriptedInspection inspection;

    @BeforeEach
    void start() throws IOException {
        inspection = new ScriptedInspection("read only: this is not carried out. 0 moves, 0 hurt nodes\n");
    }

    @AfterEach
    void stop() {
        inspection.close();
    }

    @Test
    void plan_asIsAndWithAll_asksTheInspection() {
        assertThat(plan()).isZero();
        assertThat(plan("--all", "-o", "json")).isZero();

        assertThat(inspection.out.toString()).startsWith("read only: this is not carried out. 0 moves, 0 hurt nodes\n");
        assertThat(inspection.asked)
                .containsExactly("GET /inspect/plan?format=table", "GET /inspect/plan?all=true&format=json");
    }

    @Test
    void plan_pictureTooOld_exits1WithTheServersWords() {
        inspection.answer(503, "{\"error\":\"the picture of the cluster is 200 s old\"}");

        assertThat(plan()).isEqualTo(1);

        assertThat(inspection.err).hasToString("plimsoll: the picture of the cluster is 200 s old\n");
    }

    @Test
    void plan_nobodyListens_exits1AndSaysWhatToDo() {
        inspection.close();

        assertThat(plan()).isEqualTo(1);

        assertThat(inspection.err.toString()).contains("is 'plimsoll serve' or the demo running there?");
    }

    @Test
    void plan_ofAnAddressThatIsNone_exits2() {
        assertThat(inspection.execute("plan", "--server", "localhost:1")).isEqualTo(2);
    }

    private int plan(String... arguments) {
        return inspection.ask("plan", arguments);
    }
}
