package io.plimsoll.kubernetes.policy;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.OwnerSpec;
import java.util.Map;
import java.util.function.Supplier;

/// The labels in the cluster's image: as new as the image that is published when they are asked for. Any thread may
/// use it.
public final class ImageLabels implements ObjectLabels {

    private final Supplier<ClusterImage> images;

    public ImageLabels(Supplier<ClusterImage> images) {
        this.images = images;
    }

    @Override
    public Map<String, String> ofWorkload(Owner workload) {
        return images.get().owner(workload).map(OwnerSpec::labels).orElse(Map.of());
    }

    @Override
    public Map<String, String> ofNamespace(String namespace) {
        return images.get().namespaceLabels(namespace);
    }
}
