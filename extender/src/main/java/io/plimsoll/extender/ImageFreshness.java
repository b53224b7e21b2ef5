package io.plimsoll.extender;

import io.plimsoll.extender.http.HealthCheck;
import io.plimsoll.model.cluster.ClusterImage;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/// Whether the picture of the cluster is there, and young enough to be decided upon.
public record ImageFreshness(Supplier<ClusterImage> images, long ageMillisMax, InstantSource clock) {

    public HealthCheck check() {
        return new HealthCheck("image", this::problem);
    }

    private Optional<String> problem() {
        var image = images.get();
        if (image.confirmedAtMillis() == 0) {
            return Optional.of("the cluster has not been seen completely yet");
        }
        long nowMillis = clock.millis();
        return image.ageMillis(nowMillis) > ageMillisMax ? Optional.of(image.age(nowMillis)) : Optional.empty();
    }
}
