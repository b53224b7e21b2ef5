package io.plimsoll.testbed.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// The JUnit extension: what its tests get, and what they say where no control plane can run.
class RealControlPlaneTest {

    /// Two tests of which the second sees what became of the first one's namespace.
    @RealControlPlane
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class EachItsOwnNamespace {
        private static String first = "";

        @Test
        @Order(1)
        void first_hasANamespaceThatItsClientDefaultsTo(KubernetesClient client, TestNamespace namespace) {
            first = namespace.name();

            assertThat(client.getNamespace()).isEqualTo(first);
            assertThat(client.serviceAccounts().withName("default").get()).isNotNull();
        }

        @Test
        @Order(2)
        void second_hasAnother_andTheFirstGoes(ControlPlane controlPlane, TestNamespace namespace) {
            assertThat(namespace.name()).isNotEqualTo(first);
            controlPlane
                    .client()
                    .namespaces()
                    .withName(first)
                    .waitUntilCondition(Objects::isNull, 30, TimeUnit.SECONDS);
        }
    }

    /// Runs {@link EachItsOwnNamespace} and prints how it went, for a JVM whose machine lacks something.
    static final class Runner {
        private Runner() {}

        public static void main(String[] arguments) {
            Launcher launcher = LauncherFactory.create();
            SummaryGeneratingListener listener = new SummaryGeneratingListener();
            launcher.execute(
                    LauncherDiscoveryRequestBuilder.request()
                            .selectors(selectClass(EachItsOwnNamespace.class))
                            .build(),
                    listener);
            var summary = listener.getSummary();
            System.out.println("failed " + summary.getTestsFailedCount() + ", skipped "
                    + (summary.getTestsSkippedCount() + summary.getTestsAbortedCount()));
            summary.getFailures().forEach(failure -> System.out.println(failure.getException()));
        }
    }

    @Test
    void test_whereNothingIsBuiltAndGoIsTooOld_failsWithTheWayOut(@TempDir Path folder) throws Exception {
        Path go = folder.resolve("go");
        Files.writeString(go, "#!/bin/sh\necho go1.19.8\n");
        Files.setPosixFilePermissions(go, PosixFilePermissions.fromString("rwxr-xr-x"));

        String said = run(folder);

        assertThat(said).contains("failed 2, skipped 0").contains("is go1.19.8, too old", "https://go.dev/dl/");
    }

    @Test
    void annotation_carriesTheTagThatTheFastRunLeavesOut() {
        Tag tag = Objects.requireNonNull(RealControlPlane.class.getAnnotation(Tag.class));

        assertThat(tag.value()).isEqualTo("control-plane");
    }

    private static String run(Path folder) throws IOException, InterruptedException {
        List<String> command = JavaCommand.of(List.of("-Xmx256m"), Runner.class, List.of());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        builder.environment().put("PLIMSOLL_CACHE", folder.resolve("cache").toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
