package io.plimsoll.kubernetes.usage;

import io.plimsoll.model.usage.UsageSource;
import java.util.Optional;
import java.util.ServiceLoader;

/// Makes one kind of usage source; found by `ServiceLoader`, so that a further kind needs no change here.
public interface UsageSourceProvider {

    /// The name in configuration, metrics and explanations, e.g. `metrics-api`.
    String name();

    /// @throws IllegalArgumentException when a setting is missing or wrong, with what is allowed
    UsageSource create(UsageSourceContext context);

    /// The provider of that name on the class path.
    static Optional<UsageSourceProvider> named(String name) {
        return ServiceLoader.load(UsageSourceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(name))
                .findFirst();
    }
}
