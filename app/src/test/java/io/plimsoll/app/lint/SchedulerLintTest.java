package io.plimsoll.app.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerLintTest {

    private static final ExtenderFacts OWN = new ExtenderFacts(100);

    /// No trap in it; the tests change one line each. The extender begins in line 9.
    private static final String CLEAN = """
            apiVersion: kubescheduler.config.k8s.io/v1
            kind: KubeSchedulerConfiguration
            leaderElection:
              leaderElect: true
            profiles:
              - schedulerName: default-scheduler
                percentageOfNodesToScore: 20
            extenders:
              - urlPrefix: https://10.0.0.1:8888/scheduler
                filterVerb: filter
                prioritizeVerb: prioritize
                weight: 5
                enableHTTPS: true
                tlsConfig:
                  caFile: /etc/ca.crt
                  certFile: /etc/client.crt
                  keyFile: /etc/client.key
                httpTimeout: 300ms
                nodeCacheCapable: true
                ignorable: true
            """;

    @Test
    void lint_cleanFile_findsNothing() {
        var findings = SchedulerLint.lint("f", CLEAN, OWN);

        assertThat(findings).isEmpty();
    }

    /// Each row: the text to replace, its replacement ("-" removes the line), and what is found: severity rule:line.
    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            apiVersion: kubescheduler.config.k8s.io/v1   | apiVersion: kubescheduler.config.k8s.io/v1beta3 | ERROR wrong-version:1
            kind: KubeSchedulerConfiguration             | kind: DeschedulerPolicy            | ERROR wrong-kind:2
            kind: KubeSchedulerConfiguration             | -                                  | ERROR wrong-kind:1
            leaderElection:                              | leaderelection:                    | ERROR field-case:3
            leaderElect: true                            | leaderElect: perhaps               | ERROR wrong-type:4
            leaderElect: true                            | leader: true                       | ERROR unknown-field:4
            percentageOfNodesToScore: 20                 | percentageOfNodesToScore: 101      | ERROR percentage-range:7
            percentageOfNodesToScore: 20                 | percentageOfNodesToScore: 2        | NOTE percentage-of-nodes:7
            percentageOfNodesToScore: 20                 | -                                  | NOTE percentage-of-nodes:8
            urlPrefix: https://10.0.0.1:8888/scheduler   | -                                  | ERROR url-missing:9
            urlPrefix: https://10.0.0.1:8888/scheduler   | urlPrefix: 10.0.0.1:8888           | ERROR url-form:9, ERROR tls-plain-url:13
            urlPrefix: https://10.0.0.1:8888/scheduler   | urlPrefix: http://10.0.0.1:8888    | ERROR tls-plain-url:13
            urlPrefix: https://10.0.0.1:8888/scheduler   | urlPrefix: https://10.0.0.1/s/filter | ERROR url-verb:9
            urlPrefix: https://10.0.0.1:8888/scheduler   | urlPrefix: https://10.0.0.1/prioritize/ | ERROR url-verb:9
            urlPrefix: https://10.0.0.1:8888/scheduler   | urlPrefix: https://a.b.svc:88/x    | WARNING url-service-name:9
            filterVerb: filter                           | filterVerb: /filter                | ERROR verb-slash:10
            filterVerb: filter                           | filterverb: filter                 | ERROR field-case:10
            filterVerb: filter                           | preemptVerb: preempt               | NOTE preempt-verb:10
            prioritizeVerb: prioritize                   | -                                  | WARNING filter-only:10, WARNING weight-unused:11
            weight: 5                                    | weight: 0                          | ERROR weight-zero:12
            weight: 5                                    | weight: -1                         | ERROR weight-zero:12
            weight: 5                                    | -                                  | ERROR weight-zero:9
            weight: 5                                    | weight: 1                          | WARNING weight-low:12
            weight: 5                                    | weight: 3                          | ''
            weight: 5                                    | weight: 2.5                        | ERROR weight-zero:12, ERROR wrong-type:12
            enableHTTPS: true                            | enableHttps: true                  | ERROR field-case:13
            caFile: /etc/ca.crt                          | -                                  | ERROR tls-unverified:13
            caFile: /etc/ca.crt                          | cafile: /etc/ca.crt                | ERROR tls-unverified:13, ERROR field-case:15
            enableHTTPS: true                            | -                                  | ''
            certFile: /etc/client.crt                    | -                                  | WARNING tls-no-client-certificate:9, ERROR tls-pair:15
            keyFile: /etc/client.key                     | -                                  | ERROR tls-pair:15
            keyFile: /etc/client.key                     | insecure: true                     | ERROR tls-pair:15, ERROR tls-insecure-with-authority:17
            httpTimeout: 300ms                           | -                                  | WARNING timeout-missing:9
            httpTimeout: 300ms                           | httpTimeout: 0s                    | WARNING timeout-missing:18
            httpTimeout: 300ms                           | httpTimeout: 1.5s                  | WARNING timeout-long:18
            httpTimeout: 300ms                           | httpTimeout: 1s                    | ''
            httpTimeout: 300ms                           | httpTimeout: 150ms                 | WARNING timeout-short:18
            httpTimeout: 300ms                           | httpTimeout: 5 seconds             | ERROR timeout-form:18
            httpTimeout: 300ms                           | httpTimeout: 300                   | ERROR timeout-form:18, ERROR wrong-type:18
            nodeCacheCapable: true                       | nodeCacheCapable: false            | WARNING node-cache:19
            nodeCacheCapable: true                       | -                                  | WARNING node-cache:9
            ignorable: true                              | ignorable: false                   | WARNING ignorable:20
            ignorable: true                              | -                                  | WARNING ignorable:9
            ignorable: true                              | ignorable: "true"                  | ERROR wrong-type:20
            """)
    void lint_oneLineChanged_findsTheTrapInItsLine(String line, String replacement, String expected) {
        var found = found(changed(line, replacement));

        assertThat(String.join(", ", found)).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void lint_managedResources_findsEachTrap() {
        var text = CLEAN + """
                    managedResources:
                      - name: cpu
                        ignoredByScheduler: true
                      - name: example.com/load-aware
                      - name: example.com/load-aware
                        ignoredByScheduler: true
                """;

        assertThat(found(text))
                .containsExactly(
                        "WARNING managed-resources:22",
                        "ERROR managed-resource-name:22",
                        "WARNING managed-resource-counted:24",
                        "ERROR managed-resource-twice:25");
    }

    @Test
    void lint_twoBinders_findsTheSecond() {
        var text = CLEAN + """
                    bindVerb: bind
                  - urlPrefix: http://127.0.0.1:1/x
                    bindVerb: bind
                    httpTimeout: 1s
                    nodeCacheCapable: true
                    ignorable: true
                """;

        assertThat(found(text)).containsExactly("ERROR several-binders:23");
    }

    @Test
    void lint_noVerb_isAnErrorSinceNothingIsEverCalled() {
        var text = changed("filterVerb: filter", "-")
                .replace("    prioritizeVerb: prioritize\n", "")
                .replace("    weight: 5\n", "");

        assertThat(found(text)).containsExactly("ERROR no-verb:9");
    }

    @Test
    void lint_severalDocuments_onlyTheFirstIsRead() {
        assertThat(found(CLEAN + "---\nkind: Other\n")).containsExactly("ERROR several-documents:22");
    }

    @Test
    void lint_sameFieldTwice_isAnError() {
        assertThat(found(CLEAN + "    ignorable: true\n")).containsExactly("ERROR duplicate-field:21");
    }

    @Test
    void lint_notYaml_saysWhere() {
        assertThat(found("apiVersion: [\n")).hasSize(1).first().asString().startsWith("ERROR syntax:");
        assertThat(found("")).containsExactly("ERROR document:1");
        assertThat(found("- a\n")).containsExactly("ERROR document:1");
    }

    @Test
    void lint_anchorsThatHoldThemselves_isASyntaxError() {
        assertThat(found("a: &a\n  b: *a\n")).hasSize(1).first().asString().startsWith("ERROR syntax:");
    }

    private static String changed(String line, String replacement) {
        assertThat(CLEAN).contains(line);
        if (!replacement.equals("-")) {
            return CLEAN.replace(line, replacement);
        }
        // A list item's first line keeps its dash for the next one.
        return line.startsWith("urlPrefix")
                ? CLEAN.replaceFirst("- urlPrefix.*\n *", "- ")
                : CLEAN.replaceFirst(" *" + java.util.regex.Pattern.quote(line) + "\n", "");
    }

    private static List<String> found(String text) {
        return SchedulerLint.lint("f", text, OWN).stream()
                .map(finding -> finding.severity() + " " + finding.rule() + ":"
                        + finding.place().line())
                .toList();
    }
}
