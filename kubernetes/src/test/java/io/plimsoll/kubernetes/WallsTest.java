package io.plimsoll.kubernetes;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.plimsoll.kubernetes.api.ApiServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What may not be called from where.
class WallsTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.plimsoll");

    @Test
    void apiServer_writes_onlyActionsDo() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.plimsoll.kubernetes.action..")
                .should()
                .callMethod(
                        ApiServer.class,
                        "write",
                        String.class,
                        String.class,
                        String.class,
                        String.class,
                        Duration.class)
                .check(CLASSES);
    }

    /// fabric8's own operations can all write; nobody here has a use for them.
    @Test
    void fabric8Operations_usedByNobody() {
        noClasses()
                .that()
                .resideInAPackage("io.plimsoll.kubernetes..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8.kubernetes.client.dsl..", "io.fabric8.kubernetes.api.model..")
                .check(CLASSES);
    }
}
