package io.plimsoll.model;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.plimsoll.model.cluster.ClusterImage;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// The walls around and inside the model. A class that breaks one belongs into another module.
class WallsTest {

    private static final JavaClasses MODEL = new ClassFileImporter()
            .importUrl(ClusterImage.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void model_dependsOn_onlyTheJdkAndCommonsMath() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "io.plimsoll.model..", "org.apache.commons.math3..", "org.jspecify.annotations")
                        .or(resideInAnyPackage(
                                "java.lang..", "java.util..", "java.nio", "java.nio.charset", "java.time")))
                .check(MODEL);
    }

    @Test
    void model_hasNoClock() {
        noClasses().should().callMethod(System.class, "currentTimeMillis").check(MODEL);
        noClasses().should().callMethod(System.class, "nanoTime").check(MODEL);
        noClasses().should().callMethod(Instant.class, "now").check(MODEL);
        noClasses().should().dependOnClassesThat(belongToAnyOf(Clock.class)).check(MODEL);
    }

    @Test
    void model_hasNoRandomnessOfItsOwn() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.util\\.(Random|SplittableRandom|concurrent\\.ThreadLocalRandom)|java\\.util\\.random\\..*|.*math3\\.random\\..*")
                .check(MODEL);
        noClasses().should().callMethod(Math.class, "random").check(MODEL);
    }

    @Test
    void model_neitherWaitsNorStartsAnything() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.util.concurrent", "java.util.concurrent.locks"))
                .check(MODEL);
        noClasses()
                .should()
                .dependOnClassesThat(belongToAnyOf(Thread.class, Process.class, ProcessBuilder.class, Runtime.class))
                .check(MODEL);
    }

    @Test
    void model_doesNotLogOrPrint() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.util.logging", "java.lang.System$Logger"))
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(MODEL);
    }

    /// The list is closed: a further package needs a design note first.
    @Test
    void packages_areThoseOfTheDesign() {
        classes()
                .that(not(packageInfo()))
                .should()
                .resideInAnyPackage(
                        "io.plimsoll.model.cluster",
                        "io.plimsoll.model.usage",
                        "io.plimsoll.model.neighbour",
                        "io.plimsoll.model.regime",
                        "io.plimsoll.model.placement",
                        "io.plimsoll.model.recommendation",
                        "io.plimsoll.model.move",
                        "io.plimsoll.model.action")
                .check(MODEL);
    }

    /// An image holds what its pods use, and usage is told of pods: `cluster` and `usage` know each other, and
    /// count as one here. All other packages form no cycle, with them or among themselves.
    @Test
    void packages_formNoCycle() {
        slices().assignedFrom(new PictureAsOne()).should().beFreeOfCycles().check(MODEL);
    }

    /// What was observed must not know what is decided from it.
    @Test
    void picture_doesNotKnowDecisions() {
        noClasses()
                .that()
                .resideInAnyPackage("io.plimsoll.model.cluster", "io.plimsoll.model.usage")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.plimsoll.model.neighbour",
                        "io.plimsoll.model.regime",
                        "io.plimsoll.model.placement",
                        "io.plimsoll.model.recommendation",
                        "io.plimsoll.model.move",
                        "io.plimsoll.model.action")
                .check(MODEL);
    }

    private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> packageInfo() {
        return com.tngtech.archunit.base.DescribedPredicate.describe(
                "package-info", type -> type.getSimpleName().equals("package-info"));
    }

    private static final class PictureAsOne implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            var name = type.getPackageName().replace("io.plimsoll.model.", "");
            return SliceIdentifier.of(name.equals("cluster") || name.equals("usage") ? "picture" : name);
        }

        @Override
        public String getDescription() {
            return "packages of the model, cluster and usage as one";
        }
    }
}
