package io.plimsoll.model.recommendation;

import java.util.List;

/// The recommenders that come with Plimsoll; the first is the default.
public final class BuiltInRecommenders implements Recommender.Provider {

    @Override
    public List<Recommender> recommenders() {
        return List.of(new HighWaterRecommender(), new PercentileRecommender(), new VpaCompatRecommender());
    }
}
