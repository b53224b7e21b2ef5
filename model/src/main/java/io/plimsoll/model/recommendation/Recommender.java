package io.plimsoll.model.recommendation;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// Says what a container should ask for. Pure: equal cases get equal answers, on any thread.
///
/// Further ones come with a [Provider], which `ServiceLoader` finds.
public interface Recommender {

    /// The name that a policy chooses it by, e.g. `percentile`.
    String name();

    ContainerRecommendation recommend(SizingCase sizingCase);

    /// What holds where a policy that chose this one says nothing.
    default ContainerSizing defaults() {
        return ContainerSizing.DEFAULT;
    }

    /// Offers recommenders; found by `ServiceLoader`, so that a further one needs no change here.
    interface Provider {

        List<Recommender> recommenders();
    }

    /// The recommender of that name, of all providers on the class path.
    static Optional<Recommender> named(String name) {
        return all().stream()
                .filter(recommender -> recommender.name().equals(name))
                .findFirst();
    }

    /// All recommenders of all providers on the class path.
    static List<Recommender> all() {
        return ServiceLoader.load(Provider.class).stream()
                .flatMap(provider -> provider.get().recommenders().stream())
                .toList();
    }
}
