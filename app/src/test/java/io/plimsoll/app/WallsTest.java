package io.plimsoll.app;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.fabric8.kubernetes.client.Client;
import io.plimsoll.extender.ExtenderServer;
import io.plimsoll.kubernetes.action.ActingLease;
import io.plimsoll.kubernetes.action.ApiActions;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.action.ApiCheckpoints;
import io.plimsoll.kubernetes.action.ApiEvents;
import io.plimsoll.kubernetes.action.ApiMarks;
import io.plimsoll.kubernetes.action.ApiMemory;
import io.plimsoll.kubernetes.action.ApiPlanJournal;
import io.plimsoll.kubernetes.action.ApiPlanRequests;
import io.plimsoll.kubernetes.action.ApiPodLabels;
import io.plimsoll.kubernetes.action.ApiPolicyStatuses;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.action.ApiWebhookCertificate;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.rebalancer.Rebalancer;
import io.plimsoll.rightsizer.Rightsizer;
import java.net.URLConnection;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Nothing writes to the API server but the port that carries actions out, and the journal of these actions, in
/// anything that is shipped. The testbed is
/// exempt, and so is the demo's race on real control planes: they write to clusters that they have made
/// themselves.
///
/// There are three ways to write: [ApiServer], fabric8's operations, and an HTTP client of one's own. Each is
/// closed to all but those named here; those of them that send something by HTTP know no address of the API server.
class WallsTest {

    private static final Set<String> READS_OF_A_CLIENT =
            Set.of("getConfiguration", "getMasterUrl", "getHttpClient", "close");

    private static final String INSPECTION_CLIENT = "io.plimsoll.app.explain.InspectionClient";
    private static final String TRAINING_RUN = "io.plimsoll.app.serve.TrainingRun";
    private static final String RECOMMENDATION_STATUS = "io.plimsoll.rightsizer.RecommendationStatus";
    private static final String SAVINGS = "io.plimsoll.rightsizer.Savings";
    private static final String REAL_RACE = "io.plimsoll.app.demo.RealRace";
    private static final Set<String> SENDS = Set.of("POST", "PUT", "DELETE", "PATCH", "method");

    /// One class of each module that is shipped.
    private static final List<Class<?>> MODULES = List.of(
            ClusterImage.class,
            ApiServer.class,
            ExtenderServer.class,
            Rightsizer.class,
            Rebalancer.class,
            Plimsoll.class);

    private static final JavaClasses SHIPPED = new ClassFileImporter()
            .importUrls(MODULES.stream()
                    .map(module -> module.getProtectionDomain().getCodeSource().getLocation())
                    .toList());

    private static final Set<String> WRITES = Set.of("write", "delete");

    @Test
    void walls_lookAtAllThatIsShipped() {
        assertThat(MODULES)
                .allSatisfy(module -> assertThat(SHIPPED.contain(module)).isTrue());
        assertThat(SHIPPED.contain(WallsTest.class)).isFalse();
    }

    @Test
    void apiServer_writtenTo_byWhatActsAndByWhatTellsOfItAlone() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(
                        ActingLease.class,
                        ApiActions.class,
                        ApiChangeJournal.class,
                        ApiCheckpoints.class,
                        ApiEvents.class,
                        ApiMarks.class,
                        ApiMemory.class,
                        ApiPlanJournal.class,
                        ApiPlanRequests.class,
                        ApiPodLabels.class,
                        ApiRecommendations.class,
                        ApiServer.class,
                        ApiPolicyStatuses.class,
                        ApiWebhookCertificate.class)
                .should()
                .callMethodWhere(calls(
                        "ApiServer.write or ApiServer.delete",
                        call -> isOf(call, ApiServer.class) && WRITES.contains(call.getName())))
                .check(SHIPPED);
    }

    @Test
    void fabric8Operations_usedByNobody() {
        noClasses()
                .that(areOutside(REAL_RACE))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8.kubernetes.client.dsl..")
                .check(SHIPPED);
    }

    /// Plimsoll's own custom resources are made of fabric8's types; all else is read into slim records.
    @Test
    void fabric8Objects_usedByTheCustomResourcesAndWhatReadsAndWritesThemAlone() {
        noClasses()
                .that(areOutside(REAL_RACE, RECOMMENDATION_STATUS, SAVINGS))
                .and()
                .resideOutsideOfPackages(
                        "io.plimsoll.kubernetes.resource..",
                        "io.plimsoll.kubernetes.action..",
                        "io.plimsoll.kubernetes.policy..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8.kubernetes.api.model..")
                .check(SHIPPED);
    }

    /// `client.pods()`, `client.resource(…)` and all others can write; a client is asked where and who it is,
    /// no more.
    @Test
    void fabric8Client_askedForNothingButItsConfigurationAndItsHttpClient() {
        noClasses()
                .that(areOutside(REAL_RACE))
                .should()
                .callMethodWhere(calls(
                        "another method of a client than " + READS_OF_A_CLIENT,
                        call -> isOf(call, Client.class) && !READS_OF_A_CLIENT.contains(call.getName())))
                .check(SHIPPED);
    }

    @Test
    void fabric8HttpClient_usedByApiServerAlone() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(ApiServer.class)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8.kubernetes.client.http..")
                .check(SHIPPED);
    }

    /// `plimsoll explain` asks the service's own inspection port; the training run, which is for the image's start,
    /// asks the service that it has started itself.
    @Test
    void javaHttpClient_sendsToPlimsollAlone() {
        noClasses()
                .that(areOutside(INSPECTION_CLIENT, TRAINING_RUN))
                .should()
                .callMethodWhere(calls(
                        "a request of java.net.http that sends something",
                        call -> isOf(call, HttpRequest.Builder.class) && SENDS.contains(call.getName())))
                .check(SHIPPED);
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(URLConnection.class)
                .check(SHIPPED);
    }

    /// Prometheus is asked by POST, since its queries are long.
    @Test
    void vertxClient_sendsFromThePrometheusApiAlone() {
        noClasses()
                .that(describe(
                        "are not of the Prometheus source",
                        (JavaClass found) -> !found.getName().startsWith("io.plimsoll.kubernetes.usage.PrometheusApi")))
                .should()
                .dependOnClassesThat(resideInAPackage("io.vertx.ext.web.client..")
                        .or(describe(
                                "are Vert.x's plain HTTP client",
                                (JavaClass found) -> found.getName().startsWith("io.vertx.core.http.HttpClient"))))
                .check(SHIPPED);
    }

    /// Of what Vert.x does not promise to keep, only what bounds clients, and the port that is measured
    /// in microseconds, may make use.
    @Test
    void internalsOfVertxAndNetty_touchedByWhatServesAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.plimsoll.kubernetes.server..", "io.plimsoll.extender.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty..", "io.vertx.core.internal..", "io.vertx.core..impl..")
                .check(SHIPPED);
    }

    @Test
    void explainCommand_knowsNothingOfTheApiServer() {
        classes()
                .that()
                .haveFullyQualifiedName(INSPECTION_CLIENT)
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackages("io.fabric8..", "io.plimsoll.kubernetes..")
                .check(SHIPPED);
    }

    /// Neither one of these classes nor nested in one.
    private static DescribedPredicate<JavaClass> areOutside(String... names) {
        return describe(
                "are outside " + List.of(names),
                found -> Stream.of(names)
                        .noneMatch(name ->
                                found.getName().equals(name) || found.getName().startsWith(name + "$")));
    }

    private static DescribedPredicate<JavaMethodCall> calls(String what, Predicate<JavaMethodCall> which) {
        return describe("calls " + what, which);
    }

    private static boolean isOf(JavaMethodCall call, Class<?> owner) {
        return call.getTargetOwner().isAssignableTo(owner);
    }
}
