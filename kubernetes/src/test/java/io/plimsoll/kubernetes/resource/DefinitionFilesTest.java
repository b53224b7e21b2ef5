package io.plimsoll.kubernetes.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class DefinitionFilesTest {

    @Test
    void files_asCommitted_areWhatTheTypesYield() throws IOException {
        if (Boolean.getBoolean("plimsoll.write-crds")) {
            DefinitionFiles.write();
        }

        for (var file : DefinitionFiles.generated().entrySet()) {
            assertThat(Files.readString(DefinitionFiles.FOLDER.resolve(file.getKey())))
                    .as("%s: write it again as its first lines say", file.getKey())
                    .isEqualTo(file.getValue());
        }
    }
}
