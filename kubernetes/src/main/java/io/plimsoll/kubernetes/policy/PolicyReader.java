package io.plimsoll.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.plimsoll.kubernetes.policy.FieldReader.Bounds;
import io.plimsoll.kubernetes.resource.ClusterOptimizationPolicy;
import io.plimsoll.kubernetes.resource.ContainerChoice;
import io.plimsoll.kubernetes.resource.GitOpsRule;
import io.plimsoll.kubernetes.resource.MoveRule;
import io.plimsoll.kubernetes.resource.NamespaceChoice;
import io.plimsoll.kubernetes.resource.OptimizationPolicy;
import io.plimsoll.kubernetes.resource.OptimizationPolicySpec;
import io.plimsoll.kubernetes.resource.Schedule.Day;
import io.plimsoll.kubernetes.resource.UpdateRule;
import io.plimsoll.kubernetes.resource.UsageChoice;
import io.plimsoll.kubernetes.resource.WorkloadChoice;
import io.plimsoll.model.action.Mark;
import io.plimsoll.model.cluster.ContainerRole;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.move.MoveApproval;
import io.plimsoll.model.move.MoveTerms;
import io.plimsoll.model.recommendation.HighWaterRecommender;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.Recommender;
import io.plimsoll.model.recommendation.ResizePolicy;
import io.plimsoll.model.recommendation.Selection;
import io.plimsoll.model.regime.Schedule;
import io.plimsoll.model.regime.Schedule.Window;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads a policy as users write it to what decisions need. All mistakes are named, not only the first.
public final class PolicyReader {

    /// What holds where a policy says nothing.
    static final Duration COOLDOWN = Duration.ofMinutes(5);

    static final Duration CANARY_WINDOW = Duration.ofMinutes(5);

    private static final int ANNOTATIONS_MAX = 8;
    private static final int ANNOTATION_CHARS_MAX = 256;
    private static final Pattern ANNOTATION =
            Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern RESERVED = Pattern.compile("^([-a-z0-9.]*[.])?(kubernetes|k8s|plimsoll)[.]io/");

    private final ObjectLabels labels;
    private final Set<String> sources;

    /// One that does not know which usage sources there are.
    public PolicyReader(ObjectLabels labels) {
        this(labels, Set.of());
    }

    /// @param sources those that a policy may choose among; any where there is none
    public PolicyReader(ObjectLabels labels, Set<String> sources) {
        this.labels = labels;
        this.sources = Collections.unmodifiableSet(new TreeSet<>(sources));
    }

    /// Reads a policy of either kind from JSON: what stands there and is no field, or not of its type, is a mistake.
    public PolicyReading read(JsonNode object) {
        try {
            var metadata = PolicyJson.metadata(object);
            var spec = PolicyJson.spec(object);
            return switch (object.path("kind").asText()) {
                case "OptimizationPolicy" ->
                    read(
                            Optional.of(metadata.getNamespace() == null ? "default" : metadata.getNamespace()),
                            metadata,
                            spec);
                case "ClusterOptimizationPolicy" -> read(Optional.empty(), metadata, spec);
                default -> refused("kind", "write OptimizationPolicy or ClusterOptimizationPolicy");
            };
        } catch (PolicyJson.Mistake e) {
            return refused(e.error().path(), e.error().message());
        }
    }

    private static PolicyReading refused(String path, String message) {
        return new PolicyReading.Refused(List.of(new FieldError(path, message)));
    }

    public PolicyReading read(OptimizationPolicy policy) {
        return read(Optional.of(policy.getMetadata().getNamespace()), policy.getMetadata(), policy.getSpec());
    }

    public PolicyReading read(ClusterOptimizationPolicy policy) {
        return read(Optional.empty(), policy.getMetadata(), policy.getSpec());
    }

    private PolicyReading read(Optional<String> namespace, ObjectMeta metadata, OptimizationPolicySpec spec) {
        var fields = new FieldReader();
        var update = spec.update();
        var policy = new ResizePolicy(
                candidate(namespace, metadata, spec),
                mode(spec),
                recommender(fields, spec.recommender()),
                new SizingReader(fields, spec).read(),
                isOpen(fields, update == null ? null : update.schedule()),
                fields.duration("spec.update.cooldown", update == null ? null : update.cooldown(), COOLDOWN)
                        .toMillis(),
                fields.duration(
                                "spec.update.canaryWindow",
                                update == null ? null : update.canaryWindow(),
                                CANARY_WINDOW)
                        .toMillis(),
                roles(spec.containers()),
                fields.duration("spec.update.interval", update == null ? null : update.interval(), Duration.ZERO)
                        .toMillis(),
                marks(fields, spec.gitOps()),
                update != null && update.strategy() == UpdateRule.Strategy.IN_PLACE_OR_RECREATE);
        if (namespace.isPresent() && spec.namespaces() != null) {
            fields.wrong("spec.namespaces", "leave it out, or make this a ClusterOptimizationPolicy");
        }
        var source = source(fields, spec.usage());
        var moves = moves(fields, spec.moves());
        return fields.errors().isEmpty()
                ? new PolicyReading.Read(policy, moves, source)
                : new PolicyReading.Refused(fields.errors());
    }

    private Optional<String> source(FieldReader fields, @Nullable UsageChoice choice) {
        var source = Optional.ofNullable(choice).map(UsageChoice::source);
        source.filter(name -> !sources.isEmpty() && !sources.contains(name))
                .ifPresent(name -> fields.wrong(
                        "spec.usage.source",
                        "write one of " + String.join(", ", sources) + " in place of " + name
                                + ", or add that to the service's usage.sources: it is not read now"));
        return source;
    }

    private static MoveTerms moves(FieldReader fields, @Nullable MoveRule rule) {
        if (rule == null) {
            return MoveTerms.NONE;
        }
        return new MoveTerms(
                Optional.ofNullable(rule.approval()).map(said -> MoveApproval.valueOf(said.name())),
                fields.count("spec.moves.minReplicas", rule.minReplicas(), new Bounds(1, 100_000), 1),
                rule.localStorage() == MoveRule.LocalStorage.DISCARD);
    }

    /// Init containers of either sort are for those who ask for it.
    private static Set<ContainerRole> roles(@Nullable ContainerChoice choice) {
        var roles = EnumSet.of(ContainerRole.MAIN);
        if (choice != null && Boolean.TRUE.equals(choice.includeSidecars())) {
            roles.add(ContainerRole.SIDECAR);
        }
        if (choice != null && Boolean.TRUE.equals(choice.includeInitContainers())) {
            roles.add(ContainerRole.INIT);
        }
        return roles;
    }

    private PolicyCandidate candidate(Optional<String> namespace, ObjectMeta metadata, OptimizationPolicySpec spec) {
        var weight = spec.weight();
        var created = metadata.getCreationTimestamp();
        return new PolicyCandidate(
                namespace,
                metadata.getName(),
                weight == null ? 0 : weight,
                created == null ? Long.MAX_VALUE : Instant.parse(created).toEpochMilli(),
                Boolean.TRUE.equals(spec.suspend()),
                namespaces(spec.namespaces()).and(workloads(spec.workloads())),
                byLabels(spec.workloads()));
    }

    private Predicate<Owner> namespaces(@Nullable NamespaceChoice choice) {
        if (choice == null) {
            return workload -> true;
        }
        var names = NamePatterns.choice(choice.allow(), choice.deny());
        var selector = Selectors.of(choice.selector());
        return workload -> names.test(workload.namespace()) && selector.test(labels.ofNamespace(workload.namespace()));
    }

    /// Pods of their own and those that a node runs from its files are no workloads.
    private Predicate<Owner> workloads(@Nullable WorkloadChoice choice) {
        Predicate<Owner> controllers = workload -> !workload.kind().equals("Pod") && !workload.isNode();
        if (choice == null) {
            return controllers;
        }
        var names = NamePatterns.choice(choice.allow(), choice.deny());
        return controllers
                .and(workload -> choice.kinds().isEmpty() || choice.kinds().contains(workload.kind()))
                .and(workload -> names.test(workload.name()));
    }

    private Function<Owner, Selection> byLabels(@Nullable WorkloadChoice choice) {
        var query = choice == null ? null : choice.selector();
        if (query == null
                || (query.matchLabels().isEmpty() && query.matchExpressions().isEmpty())) {
            return workload -> Selection.of(true);
        }
        var selector = Selectors.of(query);
        return workload -> switch (labels.ofWorkload(workload)) {
            case WorkloadLabels.Known(var known) -> Selection.of(selector.test(known));
            case WorkloadLabels.Unknown(var why) -> new Selection.Unknown(why);
        };
    }

    private static ResizePolicy.Mode mode(OptimizationPolicySpec spec) {
        var mode = spec.mode() == null ? OptimizationPolicySpec.Mode.RECOMMEND : spec.mode();
        return switch (mode) {
            case AUTO -> automatic(spec);
            case RECOMMEND -> isExport(spec) ? ResizePolicy.Mode.EXPORT : ResizePolicy.Mode.RECOMMEND;
            case DISABLED -> ResizePolicy.Mode.DISABLED;
        };
    }

    private static boolean isExport(OptimizationPolicySpec spec) {
        return spec.gitOps() != null && spec.gitOps().export() == GitOpsRule.Export.PATCH;
    }

    /// What is written out is left to who takes it over.
    private static ResizePolicy.Mode automatic(OptimizationPolicySpec spec) {
        var update = spec.update();
        if (isExport(spec)) {
            return ResizePolicy.Mode.EXPORT;
        }
        return update != null && update.strategy() == UpdateRule.Strategy.ON_CREATE
                ? ResizePolicy.Mode.ON_CREATE
                : ResizePolicy.Mode.AUTO;
    }

    private static List<Mark> marks(FieldReader fields, @Nullable GitOpsRule gitOps) {
        if (gitOps == null) {
            return List.of();
        }
        if (gitOps.annotations().size() > ANNOTATIONS_MAX) {
            fields.wrong("spec.gitOps.annotations", "write at most " + ANNOTATIONS_MAX + " of them");
        }
        var marks = new ArrayList<Mark>();
        new TreeMap<>(gitOps.annotations()).forEach((key, value) -> {
            if (!ANNOTATION.matcher(key).matches() || RESERVED.matcher(key).find()) {
                fields.wrong(
                        "spec.gitOps.annotations",
                        "write keys of annotations, as argocd.argoproj.io/skip-reconcile, in place of '" + key
                                + "'; those of kubernetes.io, k8s.io and plimsoll.io are not for policies to set");
            } else if (value == null || value.length() > ANNOTATION_CHARS_MAX) {
                fields.wrong(
                        "spec.gitOps.annotations",
                        "write a text of at most " + ANNOTATION_CHARS_MAX + " characters for '" + key + "'");
            } else {
                marks.add(Mark.put(key, value));
            }
        });
        return marks;
    }

    private static String recommender(FieldReader fields, @Nullable String name) {
        var known = Recommender.all().stream().map(Recommender::name).toList();
        if (name != null && !known.contains(name)) {
            fields.wrong("spec.recommender", "write one of " + String.join(", ", known) + " in place of " + name);
        }
        return name == null ? HighWaterRecommender.NAME : name;
    }

    private static LongPredicate isOpen(
            FieldReader fields, io.plimsoll.kubernetes.resource.@Nullable Schedule schedule) {
        if (schedule == null) {
            return time -> true;
        }
        var path = "spec.update.schedule";
        if (schedule.windows().isEmpty()) {
            fields.wrong(path + ".windows", "write a window, or leave the schedule out to allow changes at any time");
        }
        var windows = new ArrayList<Window>();
        for (int i = 0; i < schedule.windows().size(); i++) {
            var window = schedule.windows().get(i);
            var at = path + ".windows[" + i + "]";
            windows.add(new Window(
                    days(window.days()),
                    fields.time(at + ".start", window.start()),
                    fields.time(at + ".end", window.end())));
        }
        return new Schedule(fields.zone(path + ".timeZone", schedule.timeZone()), windows)::isOpen;
    }

    private static Set<DayOfWeek> days(List<Day> days) {
        return days.isEmpty()
                ? Window.EVERY_DAY
                : days.stream().map(day -> DayOfWeek.valueOf(day.name())).collect(Collectors.toSet());
    }
}
