package io.plimsoll.app.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RealControlPlane
class PolicyRefusalTest {

    @BeforeEach
    void serveKinds(ControlPlane controlPlane) {
        CustomResources.serve(controlPlane);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {mode: Always} | spec.mode: Unsupported value: "Always": supported values: "Auto", "Disabled", "Recommend"
            {weight: high} | spec.weight: spec.weight in body must be of type integer: "string"
            {weight: 2000} | spec.weight: spec.weight in body should be less than or equal to 1000
            {suspend: "yes"} | spec.suspend: spec.suspend in body must be of type boolean: "string"
            {namespaces: {allow: [shop]}} | (root): spec.namespaces is for a ClusterOptimizationPolicy: a policy in a namespace holds for that one only
            {workloads: {allow: [Web_1]}} | spec.workloads.allow: write names such as web or web-*: lower-case letters, digits, - and ., with * for any characters
            {workloads: {deny: ["-web"]}} | spec.workloads.deny: write names such as web or web-*: lower-case letters, digits, - and ., with * for any characters
            {workloads: {kinds: [deployments]}} | spec.workloads.kinds: write kinds as Deployment or StatefulSet: in the singular and with a capital
            {workloads: {kinds: [Pod]}} | spec.workloads.kinds: Pod is no kind of workload: write the kind that owns the pods, such as Deployment
            {workloads: {selector: {matchLabels: {tier: 1}}}} | spec.workloads.selector.matchLabels.tier: spec.workloads.selector.matchLabels.tier in body must be of type string: "integer"
            {workloads: {selector: {matchExpressions: [{key: tier, operator: In}]}}} | spec.workloads.selector.matchExpressions[0]: In and NotIn need values; Exists and DoesNotExist have none
            {workloads: {selector: {matchExpressions: [{key: tier, operator: Exists, values: [web]}]}}} | spec.workloads.selector.matchExpressions[0]: In and NotIn need values; Exists and DoesNotExist have none
            {workloads: {selector: {matchExpressions: [{key: tier, operator: Is, values: [web]}]}}} | spec.workloads.selector.matchExpressions[0].operator: Unsupported value: "Is": supported values: "DoesNotExist", "Exists", "In", "NotIn"
            {workloads: {selector: {matchExpressions: [{operator: Exists}]}}} | spec.workloads.selector.matchExpressions[0].key: Required value
            {containers: {allow: [App]}} | spec.containers.allow: write names such as web or web-*: lower-case letters, digits, - and ., with * for any characters
            {containers: {deny: [a/b]}} | spec.containers.deny: write names such as web or web-*: lower-case letters, digits, - and ., with * for any characters
            {usage: {source: "Our Prometheus"}} | spec.usage.source: write the name of a usage source as settings have it, as metrics-api, kubelet-summary or prometheus
            {usage: {window: 7d}} | spec.usage.window: write whole days in hours, from 24h to 192h, as 168h for a week: eight days are kept
            {usage: {window: 336h}} | spec.usage.window: write whole days in hours, from 24h to 192h, as 168h for a week: eight days are kept
            {usage: {minConfidencePercent: 150}} | spec.usage.minConfidencePercent: spec.usage.minConfidencePercent in body should be less than or equal to 100
            {cpu: {percentile: 0.95}} | spec.cpu.percentile: spec.cpu.percentile in body must be of type integer: "number"; (root): Checked value must be of type integer (default format) in spec.cpu.percentile; spec.cpu.percentile: spec.cpu.percentile in body should be greater than or equal to 1
            {cpu: {percentile: 0}} | spec.cpu.percentile: spec.cpu.percentile in body should be greater than or equal to 1
            {cpu: {safetyMarginPercent: -1}} | spec.cpu.safetyMarginPercent: spec.cpu.safetyMarginPercent in body should be greater than or equal to 0
            {cpu: {min: half}} | spec.cpu.min: CPU is in cores, above zero: write 250m for a quarter of one, 2 for two
            {cpu: {max: 64Mi}} | spec.cpu.max: CPU is in cores, above zero: write 250m for a quarter of one, 2 for two
            {cpu: {max: 0}} | spec.cpu.max: CPU is in cores, above zero: write 250m for a quarter of one, 2 for two
            {cpu: {minChange: -10m}} | spec.cpu.minChange: CPU is in cores, above zero: write 250m for a quarter of one, 2 for two
            {cpu: {min: 2, max: 1500m}} | spec.cpu: min must not be above max: lower min, raise max, or leave one out
            {memory: {min: 64}} | spec.memory.min: memory is in bytes, at least 1Mi: write 64Mi or 1Gi (64 is 64 bytes, 64m a thousandth of that)
            {memory: {max: 100m}} | spec.memory.max: memory is in bytes, at least 1Mi: write 64Mi or 1Gi (64 is 64 bytes, 64m a thousandth of that)
            {memory: {minChange: 16}} | spec.memory.minChange: memory is in bytes, at least 1Mi: write 64Mi or 1Gi (64 is 64 bytes, 64m a thousandth of that)
            {memory: {min: 2Gi, max: 1Gi}} | spec.memory: min must not be above max: lower min, raise max, or leave one out
            {memory: {maxCutPercent: 100}} | spec.memory.maxCutPercent: spec.memory.maxCutPercent in body should be less than or equal to 99
            {controlled: {resources: [disk]}} | spec.controlled.resources[0]: Unsupported value: "disk": supported values: "cpu", "memory"
            {controlled: {resources: []}} | spec.controlled.resources: spec.controlled.resources in body should have at least 1 items
            {controlled: {limits: KeepRatio}} | spec.controlled: limits says how limits move, and RequestsOnly leaves them: write values: RequestsAndLimits too
            {controlled: {values: RequestsAndLimits, limits: Headroom}} | spec.controlled: limits: Headroom and limitHeadroomPercent go together: write both or neither
            {controlled: {values: RequestsAndLimits, limitHeadroomPercent: 20}} | spec.controlled: limits: Headroom and limitHeadroomPercent go together: write both or neither
            {update: {strategy: Restart}} | spec.update.strategy: Unsupported value: "Restart": supported values: "InPlaceOnly", "InPlaceOrRecreate", "OnCreate"
            {update: {memoryDecrease: Never, memoryHeadroomPercent: 20}} | spec.update: memoryHeadroomPercent goes with memoryDecrease: AboveUsage: write that, or leave the percent out
            {update: {cooldown: 7d}} | spec.update.cooldown: write a duration from 1m to 720h, as 30m, 6h or 1h30m; a day is 24h
            {update: {cooldown: 10s}} | spec.update.cooldown: write a duration from 1m to 720h, as 30m, 6h or 1h30m; a day is 24h
            {update: {interval: 1s}} | spec.update.interval: write a duration from 1m to 24h, as 5m or 1h
            {update: {canaryWindow: 48h}} | spec.update.canaryWindow: write a duration up to 24h, as 5m or 1h; 0s does without the wait
            {update: {schedule: {}}} | spec.update.schedule.windows: Required value
            {update: {schedule: {windows: []}}} | spec.update.schedule.windows: spec.update.schedule.windows in body should have at least 1 items
            {update: {schedule: {timeZone: Europe/Wein, windows: [{start: "22:00", end: "06:00"}]}}} | spec.update.schedule.timeZone: unknown time zone Europe/Wein evaluating rule: write a time zone of the IANA database, as Europe/Vienna or UTC
            {update: {schedule: {timeZone: Local, windows: [{start: "22:00", end: "06:00"}]}}} | spec.update.schedule.timeZone: write a time zone of the IANA database, as Europe/Vienna or UTC
            {update: {schedule: {timeZone: "+02:00", windows: [{start: "22:00", end: "06:00"}]}}} | spec.update.schedule.timeZone: write a time zone of the IANA database, as Europe/Vienna or UTC
            {update: {schedule: {windows: [{start: "25:00", end: "06:00"}]}}} | spec.update.schedule.windows[0].start: write a time of day from 00:00 to 23:59, as 06:30 or 22:00
            {update: {schedule: {windows: [{start: "22:00", end: 6am}]}}} | spec.update.schedule.windows[0].end: write a time of day from 00:00 to 23:59, as 06:30 or 22:00
            {update: {schedule: {windows: [{start: "22:00"}]}}} | spec.update.schedule.windows[0].end: Required value
            {update: {schedule: {windows: [{days: [Monday], start: "22:00", end: "06:00"}]}}} | spec.update.schedule.windows[0].days[0]: Unsupported value: "Monday": supported values: "Fri", "Mon", "Sat", "Sun", "Thu", "Tue", "Wed"
            {overrides: [{mode: Disabled}]} | spec.overrides[0].container: Required value
            {overrides: [{container: App}]} | spec.overrides[0].container: write names such as web or web-*: lower-case letters, digits, - and ., with * for any characters
            {overrides: [{container: app}, {container: app, mode: Disabled}]} | spec.overrides[1]: Duplicate value: {"container":"app"}
            {gitOps: {annotations: {"a b": c}}} | spec.gitOps.annotations: write keys of annotations, as argocd.argoproj.io/skip-reconcile; those of kubernetes.io, k8s.io and plimsoll.io are not for policies to set
            {gitOps: {annotations: {"日本/sync": c}}} | spec.gitOps.annotations: write keys of annotations, as argocd.argoproj.io/skip-reconcile; those of kubernetes.io, k8s.io and plimsoll.io are not for policies to set
            {gitOps: {annotations: {deployment.kubernetes.io/revision: "1"}}} | spec.gitOps.annotations: write keys of annotations, as argocd.argoproj.io/skip-reconcile; those of kubernetes.io, k8s.io and plimsoll.io are not for policies to set
            {moves: {approval: Perhaps}} | spec.moves.approval: Unsupported value: "Perhaps": supported values: "Automatic", "Never", "Required"
            {moves: {minReplicas: 0}} | spec.moves.minReplicas: spec.moves.minReplicas in body should be greater than or equal to 1
            {moves: {localStorage: Lose}} | spec.moves.localStorage: Unsupported value: "Lose": supported values: "Discard", "Keep"
            {gitOps: {export: Yaml}} | spec.gitOps.export: Unsupported value: "Yaml": supported values: "None", "Patch"
            """)
    void policy_withAMistake_isRefusedWithTheFieldAndWhatToWriteInstead(
            String spec, String refusal, KubernetesClient client) {
        var policy = policy(spec);

        var exception = catchThrowableOfType(
                KubernetesClientException.class, () -> client.resource(policy).create());

        assertThat(causes(exception)).isEqualTo(refusal);
    }

    private static GenericKubernetesResource policy(String spec) {
        return Serialization.unmarshal("""
                apiVersion: plimsoll.io/v1alpha1
                kind: OptimizationPolicy
                metadata: {name: mistaken}
                spec: %s
                """.formatted(spec), GenericKubernetesResource.class);
    }

    /// Each cause as `field: message`, without what was written and without the word that more may be wrong.
    private static String causes(KubernetesClientException exception) {
        return exception.getStatus().getDetails().getCauses().stream()
                .filter(cause -> !cause.getMessage().contains("some validation rules were not checked"))
                .map(cause -> cause.getField().replace("<nil>", "(root)") + ": " + cause.getMessage())
                .map(text -> text.replaceFirst("Invalid value: (\"[^\"]*\": |[-0-9.]+: )?", ""))
                .collect(Collectors.joining("; "));
    }
}
