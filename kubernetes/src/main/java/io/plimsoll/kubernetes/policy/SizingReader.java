package io.plimsoll.kubernetes.policy;

import io.fabric8.kubernetes.api.model.Quantity;
import io.plimsoll.kubernetes.policy.FieldReader.Bounds;
import io.plimsoll.kubernetes.resource.ContainerOverride;
import io.plimsoll.kubernetes.resource.ControlledFields;
import io.plimsoll.kubernetes.resource.OptimizationPolicySpec;
import io.plimsoll.kubernetes.resource.OptimizationPolicySpec.Mode;
import io.plimsoll.kubernetes.resource.ResourceRule;
import io.plimsoll.kubernetes.resource.UpdateRule;
import io.plimsoll.model.recommendation.ChangeBounds;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.LimitRule;
import io.plimsoll.model.recommendation.MemoryDecrease;
import io.plimsoll.model.recommendation.MemoryRule;
import io.plimsoll.model.recommendation.Recommender;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.ResourceSizing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads what a policy says of containers: of all of them, and of those that it overrides.
///
/// What an override leaves out holds as the policy says for all, and what that leaves out as [Recommender#defaults]
/// says.
final class SizingReader {

    private final FieldReader fields;
    private final OptimizationPolicySpec spec;

    SizingReader(FieldReader fields, OptimizationPolicySpec spec) {
        this.fields = fields;
        this.spec = spec;
    }

    /// What is said of a container's size, and which of its resources that holds for.
    private record Said(ContainerSizing sizing, Set<ControlledFields.Resource> controlled) {

        /// The others are recommended for and left as they are.
        ContainerSizing effective() {
            return new ContainerSizing(
                    controlled.contains(ControlledFields.Resource.CPU) ? sizing.cpu() : unchanged(sizing.cpu()),
                    controlled.contains(ControlledFields.Resource.MEMORY)
                            ? sizing.memory()
                            : unchanged(sizing.memory()),
                    sizing.memoryRule(),
                    sizing.limits(),
                    sizing.confidenceMin(),
                    sizing.peakMillis());
        }
    }

    private record NamedSizing(Predicate<String> matches, Optional<ContainerSizing> sizing) {}

    Function<String, Optional<ContainerSizing>> read() {
        var choice = spec.containers();
        Predicate<String> chosen = choice == null ? name -> true : NamePatterns.choice(choice.allow(), choice.deny());
        var said = general();
        var overrides = overrides(said);
        var general = Optional.of(said.effective());
        return name -> chosen.test(name)
                ? overrides.stream()
                        .filter(override -> override.matches().test(name))
                        .findFirst()
                        .map(NamedSizing::sizing)
                        .orElse(general)
                : Optional.empty();
    }

    private Said general() {
        var update = spec.update();
        var usage = spec.usage();
        var absent = defaults();
        return sizing(
                "spec",
                new Says(
                        spec.cpu(),
                        spec.memory(),
                        spec.controlled(),
                        update == null ? null : update.memoryDecrease(),
                        update == null ? null : update.memoryHeadroomPercent()),
                new Said(
                        new ContainerSizing(
                                absent.cpu(),
                                absent.memory(),
                                absent.memoryRule(),
                                absent.limits(),
                                fields.share(
                                        "spec.usage.minConfidencePercent",
                                        usage == null ? null : usage.minConfidencePercent(),
                                        new Bounds(0, 100),
                                        absent.confidenceMin()),
                                peakMillis(usage == null ? null : usage.window())),
                        EnumSet.allOf(ControlledFields.Resource.class)));
    }

    /// Days are what is kept of peaks, and not more than eight.
    private long peakMillis(@Nullable String window) {
        var absent = Duration.ofMillis(ContainerSizing.PEAK_MILLIS_MAX);
        var read = fields.duration("spec.usage.window", window, absent);
        boolean isWholeDays = read.toDays() > 0 && read.equals(Duration.ofDays(read.toDays()));
        if (!isWholeDays || read.compareTo(absent) > 0) {
            fields.wrong(
                    "spec.usage.window",
                    "write whole days in hours, from 24h to 192h, as 168h for a week, in place of " + window
                            + ": eight days are kept");
            return absent.toMillis();
        }
        return read.toMillis();
    }

    /// Those of the recommender that the policy chose.
    private ContainerSizing defaults() {
        return Optional.ofNullable(spec.recommender())
                .flatMap(Recommender::named)
                .map(recommender -> recommender.defaults())
                .orElse(ContainerSizing.DEFAULT);
    }

    private List<NamedSizing> overrides(Said general) {
        var overrides = new ArrayList<NamedSizing>();
        for (int i = 0; i < spec.overrides().size(); i++) {
            var override = spec.overrides().get(i);
            var path = "spec.overrides[" + i + "]";
            var pattern = override.container();
            if (pattern == null) {
                fields.wrong(path + ".container", "write the container's name");
            } else {
                overrides.add(new NamedSizing(NamePatterns.one(pattern), sizing(path, override, general)));
            }
        }
        return overrides;
    }

    private Optional<ContainerSizing> sizing(String path, ContainerOverride override, Said general) {
        var says = new Says(override.cpu(), override.memory(), override.controlled(), override.memoryDecrease(), null);
        var said = sizing(path, says, general);
        var mode = override.mode();
        if (mode == Mode.DISABLED) {
            return Optional.empty();
        }
        return Optional.of(mode == Mode.RECOMMEND ? new Said(said.sizing(), Set.of()).effective() : said.effective());
    }

    private static ResourceSizing unchanged(ResourceSizing sizing) {
        return new ResourceSizing(sizing.percentile(), sizing.factor(), sizing.min(), sizing.max(), ChangeBounds.NONE);
    }

    /// What a policy or one of its overrides says; null for what it leaves out.
    private record Says(
            @Nullable ResourceRule cpu,
            @Nullable ResourceRule memory,
            @Nullable ControlledFields controlled,
            UpdateRule.@Nullable MemoryDecrease memoryDecrease,
            @Nullable Integer memoryHeadroomPercent) {}

    private Said sizing(String path, Says says, Said general) {
        var absent = general.sizing();
        return new Said(
                new ContainerSizing(
                        resource(ResourceKind.CPU, path + ".cpu", says.cpu(), absent.cpu()),
                        resource(ResourceKind.MEMORY, path + ".memory", says.memory(), absent.memory()),
                        memoryRule(path, says, absent.memoryRule()),
                        limits(path + ".controlled", says.controlled(), absent.limits()),
                        absent.confidenceMin(),
                        absent.peakMillis()),
                controlled(says.controlled()).orElse(general.controlled()));
    }

    private static Optional<Set<ControlledFields.Resource>> controlled(@Nullable ControlledFields controlled) {
        return controlled == null || controlled.resources().isEmpty()
                ? Optional.empty()
                : Optional.of(Set.copyOf(controlled.resources()));
    }

    private ResourceSizing resource(
            ResourceKind kind, String path, @Nullable ResourceRule rule, ResourceSizing absent) {
        if (rule == null) {
            return absent;
        }
        int before = fields.errors().size();
        double percentile =
                fields.share(path + ".percentile", rule.percentile(), new Bounds(1, 100), absent.percentile());
        double factor = 1
                + fields.share(
                        path + ".safetyMarginPercent",
                        rule.safetyMarginPercent(),
                        new Bounds(0, 900),
                        absent.factor() - 1);
        long min = amount(kind, path + ".min", rule.min(), absent.min());
        long max = amount(kind, path + ".max", rule.max(), absent.max());
        var change = change(kind, path, rule, absent.change());
        if (fields.errors().size() > before) {
            return absent;
        }
        return bounded(kind, path, rule, new ResourceSizing(percentile, factor, 0, Long.MAX_VALUE, change), min, max);
    }

    /// The minimum that is not written gives way to a maximum that is.
    private ResourceSizing bounded(
            ResourceKind kind, String path, ResourceRule rule, ResourceSizing sizing, long min, long max) {
        long least = rule.min() == null ? Math.min(min, max) : min;
        long most = rule.max() == null ? Math.max(min, max) : max;
        if (least > most) {
            fields.wrong(
                    path,
                    "min " + kind.text(least) + " must not be above max " + kind.text(most)
                            + ": lower min, raise max, or leave one out");
            return sizing;
        }
        return new ResourceSizing(sizing.percentile(), sizing.factor(), least, most, sizing.change());
    }

    private ChangeBounds change(ResourceKind kind, String path, ResourceRule rule, ChangeBounds absent) {
        return new ChangeBounds(
                fields.share(
                        path + ".minChangePercent", rule.minChangePercent(), new Bounds(0, 100), absent.minShare()),
                amount(kind, path + ".minChange", rule.minChange(), absent.minAmount()),
                fields.share(
                        path + ".maxRaisePercent", rule.maxRaisePercent(), new Bounds(1, 900), absent.maxRaiseShare()),
                fields.share(path + ".maxCutPercent", rule.maxCutPercent(), new Bounds(1, 99), absent.maxCutShare()));
    }

    private long amount(ResourceKind kind, String path, @Nullable Quantity quantity, long absent) {
        return switch (kind) {
            case CPU -> fields.cpuMillis(path, quantity, absent);
            case MEMORY -> fields.memoryBytes(path, quantity, absent);
        };
    }

    private MemoryRule memoryRule(String path, Says says, MemoryRule absent) {
        var decrease = says.memoryDecrease();
        double headroom = fields.share(
                path + ".update.memoryHeadroomPercent",
                says.memoryHeadroomPercent(),
                new Bounds(0, 900),
                absent.headroom());
        return new MemoryRule(decrease == null ? absent.decrease() : decrease(decrease), headroom);
    }

    private static MemoryDecrease decrease(UpdateRule.MemoryDecrease decrease) {
        return switch (decrease) {
            case NEVER -> MemoryDecrease.NEVER;
            case ABOVE_USAGE -> MemoryDecrease.ABOVE_USAGE;
            case FREE -> MemoryDecrease.FREE;
        };
    }

    private LimitRule limits(String path, @Nullable ControlledFields controlled, LimitRule absent) {
        if (controlled == null || controlled.values() == null) {
            return absent;
        }
        if (controlled.values() == ControlledFields.Values.REQUESTS_ONLY) {
            return new LimitRule.RequestsOnly();
        }
        if (controlled.limits() != ControlledFields.Limits.HEADROOM) {
            return new LimitRule.ByRatio();
        }
        if (controlled.limitHeadroomPercent() == null) {
            fields.wrong(path + ".limitHeadroomPercent", "write it beside limits: Headroom");
        }
        return new LimitRule.ByHeadroom(
                fields.share(path + ".limitHeadroomPercent", controlled.limitHeadroomPercent(), new Bounds(0, 900), 0));
    }
}
