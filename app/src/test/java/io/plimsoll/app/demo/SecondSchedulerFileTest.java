package io.plimsoll.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SecondSchedulerFileTest {

    @Test
    void demo_givesItsSecondScheduler_theShippedFileWithAnotherPort() throws Exception {
        var shipped = Files.readString(Path.of("..", "scheduler-config", "second-scheduler.yaml"));

        var given = RealRace.schedulerConfiguration(12_345);

        assertThat(given).contains("urlPrefix: http://127.0.0.1:12345/scheduler");
        assertThat(given.replace("12345", "8888")).isEqualTo(shipped);
    }
}
