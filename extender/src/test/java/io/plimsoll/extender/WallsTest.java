package io.plimsoll.extender;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.plimsoll.kubernetes.watch.Quantities;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// What may depend on what in the extender.
class WallsTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importUrl(
                    ExtenderServer.class.getProtectionDomain().getCodeSource().getLocation());

    /// So nothing here reads from the API server either, and nothing can ever write to it.
    @Test
    void kubernetes_onlyItsQuantitiesAndWhatServersNeedAreUsed() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.plimsoll.kubernetes..", "io.fabric8..")
                        .and(not(type(Quantities.class)))
                        .and(not(
                                resideInAnyPackage("io.plimsoll.kubernetes.tls..", "io.plimsoll.kubernetes.server.."))))
                .check(CLASSES);
    }

    @Test
    void servers_onlyPortsAndRoutesKnowThem() {
        noClasses()
                .that()
                .resideInAnyPackage("..extender.wire..", "..extender.decision..", "..extender.shadow..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..", "io.micrometer..", "org.slf4j..")
                .check(CLASSES);
    }

    /// Of what Vert.x does not promise to keep, only the port's own package may make use.
    @Test
    void internalsOfVertxAndNetty_onlyThePortTouchesThem() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..extender.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "io.vertx.core.internal..", "io.vertx.core..impl..")
                .check(CLASSES);
    }

    /// bytes (wire) ◄── decision ◄── shadow, inspection, http
    @Test
    void packages_dependOneWay() {
        noClasses()
                .that()
                .resideInAPackage("..extender.wire..")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.plimsoll.extender..").and(not(resideInAPackage("..extender.wire.."))))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("..extender.decision..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..extender.http..", "..extender.inspection..", "..extender.shadow..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage("..extender.shadow..", "..extender.inspection..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..extender.http..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("..extender.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..extender.inspection..", "..extender.shadow..")
                .check(CLASSES);
    }

    /// Time comes from outside, so that tests can tell it.
    @Test
    void clock_nobodyAsksTheMachine() {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .check(CLASSES);
    }
}
