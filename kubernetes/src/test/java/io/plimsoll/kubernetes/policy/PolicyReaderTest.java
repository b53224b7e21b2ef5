package io.plimsoll.kubernetes.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.plimsoll.kubernetes.resource.ClusterOptimizationPolicy;
import io.plimsoll.kubernetes.resource.OptimizationPolicy;
import io.plimsoll.kubernetes.resource.ResourceRule;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MoveTerms;
import io.plimsoll.model.recommendation.ChangeBounds;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.LimitRule;
import io.plimsoll.model.recommendation.MemoryDecrease;
import io.plimsoll.model.recommendation.MemoryRule;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.ResourceSizing;
import io.plimsoll.model.recommendation.Selection;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyReaderTest {

    private static final long MIB = 1 << 20;

    private final KubernetesSerialization serialization = new KubernetesSerialization();

    /// Workload `shop/Deployment/web` and namespace `shop` bear labels, nothing else does; those of Rollouts are not
    /// known.
    private final PolicyReader reader = new PolicyReader(new ObjectLabels() {
        @Override
        public WorkloadLabels ofWorkload(Owner workload) {
            if (workload.kind().equals("Rollout")) {
                return new WorkloadLabels.Unknown("403 rollouts");
            }
            return new WorkloadLabels.Known(
                    workload.equals(new Owner("shop", "Deployment", "web")) ? Map.of("tier", "web") : Map.of());
        }

        @Override
        public Map<String, String> ofNamespace(String namespace) {
            return namespace.equals("shop") ? Map.of("env", "prod") : Map.of();
        }
    });

    @Test
    void read_emptySpec_recommendsForAllControllersWithTheDefaults() {
        var policy = read("{}");

        assertThat(policy.mode()).isEqualTo(ResizePolicy.Mode.RECOMMEND);
        assertThat(policy.recommender()).isEqualTo("high-water");
        assertThat(policy.sizings().apply("app")).contains(ContainerSizing.DEFAULT);
        assertThat(policy.isOpen().test(0)).isTrue();
        assertThat(policy.cooldownMillis()).isEqualTo(300_000);
        assertThat(policy.canaryMillis()).isEqualTo(300_000);
        assertThat(policy.candidate().namespace()).contains("shop");
        assertThat(policy.candidate().weight()).isZero();
        assertThat(policy.candidate().createdMillis())
                .isEqualTo(Instant.parse("2026-01-02T03:04:05Z").toEpochMilli());
        assertThat(selects(policy, "Deployment", "web")).isTrue();
        assertThat(selects(policy, "Pod", "bare")).isFalse();
        assertThat(selects(policy, "Node", "n1")).isFalse();
    }

    @Test
    void read_everyFigure_arrivesInItsUnit() {
        var policy = read("""
                {mode: Auto, recommender: percentile, weight: 7, suspend: true,
                 usage: {window: 72h, minConfidencePercent: 60},
                 cpu: {percentile: 95, safetyMarginPercent: 15, min: 50m, max: 4, minChangePercent: 10, minChange: 20m,
                       maxRaisePercent: 100, maxCutPercent: 30},
                 memory: {percentile: 99, safetyMarginPercent: 25, min: 64Mi, max: 8Gi, minChange: 32Mi},
                 controlled: {values: RequestsAndLimits, limits: Headroom, limitHeadroomPercent: 25},
                 update: {memoryDecrease: AboveUsage, memoryHeadroomPercent: 20, cooldown: 1h30m, canaryWindow: 90s,
                          interval: 10m}}
                """);

        assertThat(policy.mode()).isEqualTo(ResizePolicy.Mode.AUTO);
        assertThat(policy.recommender()).isEqualTo("percentile");
        assertThat(policy.candidate().weight()).isEqualTo(7);
        assertThat(policy.candidate().suspended()).isTrue();
        assertThat(policy.cooldownMillis()).isEqualTo(5_400_000);
        assertThat(policy.canaryMillis()).isEqualTo(90_000);
        assertThat(policy.intervalMillis()).isEqualTo(600_000);
        assertThat(policy.sizings().apply("app"))
                .contains(new ContainerSizing(
                        new ResourceSizing(0.95, 1.15, 50, 4000, new ChangeBounds(0.1, 20, 1, 0.3)),
                        new ResourceSizing(0.99, 1.25, 64 * MIB, 8192 * MIB, new ChangeBounds(0.05, 32 * MIB, 9, 0.5)),
                        new MemoryRule(MemoryDecrease.ABOVE_USAGE, 0.2),
                        new LimitRule.ByHeadroom(0.25),
                        0.6,
                        3 * 24 * 3_600_000L));
    }

    @Test
    void read_strategy_allowsEvictionsOnlyWhereItSaysSo() {
        assertThat(read("{mode: Auto, update: {strategy: InPlaceOrRecreate}}").isRecreating())
                .isTrue();
        assertThat(read("{mode: Auto, update: {strategy: InPlaceOnly}}").isRecreating())
                .isFalse();
        assertThat(read("{mode: Auto}").isRecreating()).isFalse();
    }

    @Test
    void read_annotations_areMarksInTheOrderOfTheirKeysWithValuesInAnyScript() {
        var policy = read("{gitOps: {annotations: {example.com/sync: \"angehalten 🚢\", b: \"\"}}}");

        assertThat(policy.marks()).containsExactly(Mark.put("b", ""), Mark.put("example.com/sync", "angehalten 🚢"));
    }

    @Test
    void read_initContainers_areSpokenOfOnlyWhereThePolicyIncludesThemAndByOverridesOfTheirNames() {
        var migrate = new ContainerSpec("migrate", Resources.NONE, Resources.NONE).asInit();

        assertThat(read("{mode: Auto, containers: {includeSidecars: true}}").sizing(migrate))
                .isEmpty();
        assertThat(
                        read("{containers: {includeInitContainers: true}, overrides: [{container: migrate, memory: {min: 1Gi}}]}")
                                .sizing(migrate)
                                .map(sizing -> sizing.memory().min()))
                .contains(1L << 30);
        assertThat(
                        read("{containers: {includeInitContainers: true}, overrides: [{container: migrate, mode: Disabled}]}")
                                .sizing(migrate))
                .isEmpty();
    }

    @Test
    void read_sidecars_areSpokenOfOnlyWhereThePolicyIncludesThem() {
        var proxy = new ContainerSpec("proxy", Resources.NONE, Resources.NONE);

        assertThat(read("{mode: Auto}").sizing(proxy)).isPresent();
        assertThat(read("{mode: Auto}").sizing(proxy.asSidecar())).isEmpty();
        assertThat(read("{containers: {includeSidecars: true}}").sizing(proxy.asSidecar()))
                .isPresent();
    }

    @Test
    void read_overrides_mergeWithThePolicyAndTheFirstThatMatchesHolds() {
        var policy = read("""
                {mode: Auto, memory: {safetyMarginPercent: 50, min: 64Mi},
                 overrides: [{container: "*-proxy", mode: Disabled},
                             {container: app, memory: {min: 256Mi}, memoryDecrease: Never},
                             {container: "a*", memory: {min: 1Gi}}]}
                """);

        var app = policy.sizings().apply("app").orElseThrow();
        assertThat(policy.sizings().apply("istio-proxy")).isEmpty();
        assertThat(app.memory().min()).isEqualTo(256 * MIB);
        assertThat(app.memory().factor()).isEqualTo(1.5);
        assertThat(app.memoryRule().decrease()).isEqualTo(MemoryDecrease.NEVER);
        assertThat(app.cpu()).isEqualTo(ContainerSizing.DEFAULT.cpu());
        assertThat(policy.sizings().apply("agent").orElseThrow().memory().min()).isEqualTo(1024 * MIB);
        assertThat(policy.sizings().apply("other").orElseThrow().memory().min()).isEqualTo(64 * MIB);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{controlled: {resources: [memory]}}                          | false | true",
                "{controlled: {resources: [cpu]}}                             | true  | false",
                "{overrides: [{container: app, mode: Recommend}]}             | false | false",
                "{overrides: [{container: app, controlled: {resources: [cpu]}}]} | true | false",
                "{controlled: {resources: [cpu]}, overrides: [{container: app, controlled: {resources: [memory]}}]} | false | true",
                "{controlled: {resources: [cpu]}, overrides: [{container: app, controlled: {resources: [cpu, memory]}}]} | true | true",
                "{controlled: {resources: [cpu]}, overrides: [{container: app, memory: {minChange: 1Mi}}]} | true | false",
                "{overrides: [{container: other, mode: Recommend}]}           | true  | true"
            })
    void read_resourceThatIsNotControlled_isRecommendedForAndNeverChanged(String spec, boolean cpu, boolean memory) {
        var sizing = read(spec).sizings().apply("app").orElseThrow();

        // Ten cores or 10 GiB in place of next to nothing.
        assertThat(sizing.cpu().change().isTooSmall(1, 10_000)).isNotEqualTo(cpu);
        assertThat(sizing.memory().change().isTooSmall(1, 10_240 * MIB)).isNotEqualTo(memory);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{workloads: {kinds: [StatefulSet]}}                                    | false",
                "{workloads: {allow: [\"w*\"]}}                                         | true",
                "{workloads: {allow: [\"w*\"], deny: [web]}}                            | false",
                "{workloads: {allow: [we]}}                                             | false",
                "{workloads: {selector: {matchLabels: {tier: web}}}}                    | true",
                "{workloads: {selector: {matchLabels: {tier: db}}}}                     | false",
                "{workloads: {selector: {matchExpressions: [{key: tier, operator: In, values: [db, web]}]}}} | true",
                "{workloads: {selector: {matchExpressions: [{key: tier, operator: NotIn, values: [web]}]}}}  | false",
                "{workloads: {selector: {matchExpressions: [{key: team, operator: NotIn, values: [web]}]}}}  | true",
                "{workloads: {selector: {matchExpressions: [{key: team, operator: Exists}]}}}                | false",
                "{workloads: {selector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}}          | true"
            })
    void read_selectors_selectTheDeploymentWebAsKubernetesWould(String spec, boolean selected) {
        var policy = read(spec);

        assertThat(selects(policy, "Deployment", "web")).isEqualTo(selected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                        | true  | true",
                "{namespaces: {deny: [kube-system]}}                       | true  | false",
                "{namespaces: {allow: [\"kube-*\"]}}                       | false | true",
                "{namespaces: {selector: {matchLabels: {env: prod}}}}      | true  | false"
            })
    void read_clusterPolicy_selectsWorkloadsByTheirNamespace(String spec, boolean shop, boolean system) {
        var policy = serialization.unmarshal("""
                apiVersion: plimsoll.io/v1alpha1
                kind: ClusterOptimizationPolicy
                metadata: {name: all, creationTimestamp: "2026-01-02T03:04:05Z"}
                spec: %s
                """.formatted(spec), ClusterOptimizationPolicy.class);

        var candidate = ((PolicyReading.Read) reader.read(policy)).policy().candidate();

        assertThat(candidate.namespace()).isEmpty();
        assertThat(candidate.speaksOf(new Owner("shop", "Deployment", "web"))).isEqualTo(Selection.of(shop));
        assertThat(candidate.speaksOf(new Owner("kube-system", "DaemonSet", "proxy")))
                .isEqualTo(Selection.of(system));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{mode: Auto, update: {strategy: OnCreate}}          | ON_CREATE",
                "{mode: Auto, update: {strategy: OnCreate}, gitOps: {export: Patch}} | EXPORT",
                "{mode: Recommend, update: {strategy: OnCreate}}     | RECOMMEND",
                "{mode: Auto, gitOps: {export: Patch}}               | EXPORT",
                "{mode: Auto, gitOps: {export: None}}                | AUTO",
                "{gitOps: {export: Patch}}                           | EXPORT",
                "{mode: Disabled, gitOps: {export: Patch}}           | DISABLED",
                "{mode: Auto, update: {strategy: InPlaceOrRecreate}} | AUTO",
                "{mode: Disabled}                                    | DISABLED"
            })
    void read_mode_saysWhetherRunningPodsNewOnesOrNoneAreSized(String spec, ResizePolicy.Mode mode) {
        assertThat(read(spec).mode()).isEqualTo(mode);
    }

    @Test
    void read_schedule_holdsInItsTimeZoneAndOnItsDays() {
        var policy = read("""
                {update: {schedule: {timeZone: Europe/Vienna, windows: [{days: [Mon], start: "22:00", end: "06:00"}]}}}
                """);

        // 2026-07-06 is a Monday.
        assertThat(policy.isOpen().test(Instant.parse("2026-07-06T20:30:00Z").toEpochMilli()))
                .isTrue();
        assertThat(policy.isOpen().test(Instant.parse("2026-07-06T19:30:00Z").toEpochMilli()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{recommender: guess} | spec.recommender: write one of high-water, percentile, vpa-compat in place of guess",
                "{namespaces: {}} | spec.namespaces: leave it out, or make this a ClusterOptimizationPolicy",
                "{cpu: {percentile: 0}} | spec.cpu.percentile: write a percent from 1 to 100 in place of 0",
                "{cpu: {max: 64Mi}} | spec.cpu.max: CPU is in cores, above zero: write 250m or 2 in place of 64Mi",
                "{memory: {min: 64}} | spec.memory.min: memory is in bytes, at least 1Mi: write 64Mi or 1Gi in place of 64",
                "{overrides: [{container: a}, {container: b, memory: {min: 100m}}]} | spec.overrides[1].memory.min: memory is in bytes, at least 1Mi: write 64Mi or 1Gi in place of 100m",
                "{overrides: [{container: a, cpu: {min: 2, max: 1}}]} | spec.overrides[0].cpu: min 2000m must not be above max 1000m: lower min, raise max, or leave one out",
                "{overrides: [{mode: Auto}]} | spec.overrides[0].container: write the container's name",
                "{controlled: {values: RequestsAndLimits, limits: Headroom}} | spec.controlled.limitHeadroomPercent: write it beside limits: Headroom",
                "{gitOps: {annotations: {kubectl.kubernetes.io/last-applied-configuration: \"{}\"}}} | spec.gitOps.annotations: write keys of annotations, as argocd.argoproj.io/skip-reconcile, in place of 'kubectl.kubernetes.io/last-applied-configuration'; those of kubernetes.io, k8s.io and plimsoll.io are not for policies to set",
                "{gitOps: {annotations: {\"pause sync\": \"\"}}} | spec.gitOps.annotations: write keys of annotations, as argocd.argoproj.io/skip-reconcile, in place of 'pause sync'; those of kubernetes.io, k8s.io and plimsoll.io are not for policies to set",
                "{usage: {window: 336h}} | spec.usage.window: write whole days in hours, from 24h to 192h, as 168h for a week, in place of 336h: eight days are kept",
                "{usage: {window: 1h30m}} | spec.usage.window: write whole days in hours, from 24h to 192h, as 168h for a week, in place of 1h30m: eight days are kept",
                "{update: {cooldown: 7d}} | spec.update.cooldown: write a duration such as 90s, 30m or 6h in place of '7d'; a day is 24h",
                "{update: {schedule: {}}} | spec.update.schedule.windows: write a window, or leave the schedule out to allow changes at any time",
                "{update: {schedule: {timeZone: Europe/Wein, windows: [{start: \"00:00\", end: \"06:00\"}]}}} | spec.update.schedule.timeZone: write a time zone of the IANA database, such as Europe/Vienna, in place of 'Europe/Wein'",
                "{update: {schedule: {windows: [{start: 6am, end: \"06:00\"}]}}} | spec.update.schedule.windows[0].start: write a time of day such as 06:30 in place of '6am'",
                "{cpu: {percentile: 0}, update: {cooldown: soon}} | spec.cpu.percentile: write a percent from 1 to 100 in place of 0; spec.update.cooldown: write a duration such as 90s, 30m or 6h in place of 'soon'; a day is 24h"
            })
    void read_mistakes_areAllNamedByTheirFieldWithWhatToWrite(String spec, String sentence) {
        var reading = reader.read(policy(spec));

        assertThat(((PolicyReading.Refused) reading).sentence()).isEqualTo(sentence);
    }

    @Test
    void read_maximumBelowTheDefaultMinimum_lowersTheMinimum() {
        var sizing = read("{cpu: {max: 5m}}").sizings().apply("app").orElseThrow();

        assertThat(sizing.cpu().min()).isEqualTo(5);
        assertThat(sizing.cpu().max()).isEqualTo(5);
    }

    /// The schema says what holds where a field is absent; it must be what does hold.
    @Test
    void descriptions_ofDefaults_sayWhatHolds() {
        var cpu = ContainerSizing.DEFAULT.cpu();
        var memory = ContainerSizing.DEFAULT.memory();

        assertThat(described("percentile"))
                .endsWith("Defaults to %.0f for CPU, %.0f for memory."
                        .formatted(100 * cpu.percentile(), 100 * memory.percentile()));
        assertThat(described("safetyMarginPercent"))
                .endsWith("Defaults to %.0f for CPU, %.0f for memory."
                        .formatted(100 * (cpu.factor() - 1), 100 * (memory.factor() - 1)));
        assertThat(described("min"))
                .endsWith("Defaults to %dm of CPU, %dMi of memory.".formatted(cpu.min(), memory.min() / MIB));
        assertThat(described("minChangePercent"))
                .endsWith("Defaults to %.0f.".formatted(100 * cpu.change().minShare()));
        assertThat(described("minChange"))
                .endsWith("Defaults to %dm of CPU, %dMi of memory."
                        .formatted(cpu.change().minAmount(), memory.change().minAmount() / MIB));
        assertThat(described("maxRaisePercent"))
                .endsWith("Defaults to %.0f.".formatted(100 * cpu.change().maxRaiseShare()));
        assertThat(described("maxCutPercent"))
                .endsWith("Defaults to %.0f.".formatted(100 * cpu.change().maxCutShare()));
    }

    private static String described(String component) {
        for (var each : ResourceRule.class.getRecordComponents()) {
            if (each.getName().equals(component)) {
                return each.getAccessor()
                        .getAnnotation(JsonPropertyDescription.class)
                        .value();
            }
        }
        throw new AssertionError("no component " + component);
    }

    /// Whatever the selector asks for: what is not known is neither there nor absent.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{matchLabels: {tier: web}}",
                "{matchExpressions: [{key: tier, operator: In, values: [web]}]}",
                "{matchExpressions: [{key: tier, operator: NotIn, values: [web]}]}",
                "{matchExpressions: [{key: tier, operator: Exists}]}",
                "{matchExpressions: [{key: tier, operator: DoesNotExist}]}"
            })
    void read_selectorOfAWorkloadWhoseLabelsAreNotKnown_saysWhyNobodyCanTell(String selector) {
        var candidate = read("{workloads: {selector: %s, deny: [legacy]}}".formatted(selector))
                .candidate();

        assertThat(candidate.speaksOf(new Owner("shop", "Rollout", "web")))
                .isEqualTo(new Selection.Unknown("403 rollouts"));
        assertThat(candidate.speaksOf(new Owner("shop", "Rollout", "legacy"))).isEqualTo(Selection.of(false));
        assertThat(candidate.speaksOf(new Owner("bank", "Rollout", "web"))).isEqualTo(Selection.of(false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{workloads: {kinds: [Rollout]}}", "{workloads: {selector: {}, allow: [w*]}}"})
    void read_policyThatAsksForNoLabels_selectsAWorkloadWhoseLabelsAreNotKnown(String spec) {
        assertThat(selects(read(spec), "Rollout", "web")).isTrue();
    }

    @Test
    void read_moves_asWritten_andAbsentOnesAsIfTheySaidNothing() {
        assertThat(moves("{}")).isEqualTo(MoveTerms.NONE);
        assertThat(moves("{moves: {}}")).isEqualTo(MoveTerms.NONE);
        assertThat(moves("{moves: {approval: Required, minReplicas: 3, localStorage: Discard}}"))
                .isEqualTo(new MoveTerms(Optional.of(MoveApproval.REQUIRED), 3, true));
        assertThat(moves("{moves: {localStorage: Keep}}")).isEqualTo(MoveTerms.NONE);
    }

    /// The descheduler only warns of it; here it says what holds anyway.
    @Test
    void read_leastReplicasOfOne_saysNothing() {
        assertThat(moves("{moves: {minReplicas: 1}}")).isEqualTo(MoveTerms.NONE);
    }

    /// Misspelt, misplaced, of the wrong type or out of bounds: as the descheduler's settings of
    /// what it protects are refused.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{moves: {minReplicas: 0}}           | spec.moves.minReplicas: write a number from 1 to 100000 in place of 0",
                "{moves: {minReplicas: 100001}}      | spec.moves.minReplicas: write a number from 1 to 100000 in place of"
                        + " 100001",
                "{moves: {minReplicas: many}}        | spec.moves.minReplicas: this is not a whole number",
                "{moves: {localStorage: Lose}}       | spec.moves.localStorage: write one of Keep, Discard in place of Lose",
                "{moves: {minimumReplicas: 3}}       | spec.moves.minimumReplicas: there is no such field; there are"
                        + " approval, localStorage, minReplicas",
                "{moves: {storageClasses: [local]}}  | spec.moves.storageClasses: there is no such field; there are"
                        + " approval, localStorage, minReplicas",
            })
    void read_movesWithAMistake_isRefused_andTheFieldNamed(String spec, String refusal) {
        var object = serialization.unmarshal(
                "kind: OptimizationPolicy\nmetadata: {name: p}\nspec: %s".formatted(spec), ObjectNode.class);

        assertThat(reader.read(object))
                .isInstanceOfSatisfying(
                        PolicyReading.Refused.class,
                        refused -> assertThat(refused.sentence()).isEqualTo(refusal));
    }

    private MoveTerms moves(String spec) {
        return switch (reader.read(policy(spec))) {
            case PolicyReading.Read(var _, var moves, var _) -> moves;
            case PolicyReading.Refused refused -> throw new AssertionError(refused.sentence());
        };
    }

    private static boolean selects(ResizePolicy policy, String kind, String name) {
        return policy.candidate().speaksOf(new Owner("shop", kind, name)).equals(Selection.of(true));
    }

    private ResizePolicy read(String spec) {
        var reading = reader.read(policy(spec));
        return switch (reading) {
            case PolicyReading.Read(var policy, var _, var _) -> policy;
            case PolicyReading.Refused refused -> throw new AssertionError(refused.sentence());
        };
    }

    private OptimizationPolicy policy(String spec) {
        return serialization.unmarshal("""
                apiVersion: plimsoll.io/v1alpha1
                kind: OptimizationPolicy
                metadata: {name: default, namespace: shop, creationTimestamp: "2026-01-02T03:04:05Z"}
                spec: %s
                """.formatted(spec.strip()), OptimizationPolicy.class);
    }
}
