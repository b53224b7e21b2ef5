package io.plimsoll.kubernetes.usage;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// Offers kinds of usage sources; found by `ServiceLoader`, so that a further kind needs no change here.
public interface UsageSourceProvider {

    List<UsageSourceKind> kinds();

    /// The kind of that name, of all providers on the class path.
    static Optional<UsageSourceKind> named(String name) {
        return ServiceLoader.load(UsageSourceProvider.class).stream()
                .flatMap(provider -> provider.get().kinds().stream())
                .filter(kind -> kind.name().equals(name))
                .findFirst();
    }
}
