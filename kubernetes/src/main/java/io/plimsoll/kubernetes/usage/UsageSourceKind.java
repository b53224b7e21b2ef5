package io.plimsoll.kubernetes.usage;

import io.plimsoll.model.usage.UsageSource;
import java.util.function.Function;

/// One kind of usage source.
///
/// @param name in configuration, metrics and explanations, e.g. `metrics-api`
/// @param create makes one; throws `IllegalArgumentException` when a setting is missing or wrong, with what is allowed
public record UsageSourceKind(String name, Function<UsageSourceContext, UsageSource> create) {}
