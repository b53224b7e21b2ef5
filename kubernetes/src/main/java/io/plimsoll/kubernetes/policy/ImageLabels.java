package io.plimsoll.kubernetes.policy;

import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.Owner;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/// The labels in the cluster's image: as new as the image that is published when they are asked for. Any thread may
/// use it.
public final class ImageLabels implements ObjectLabels {

    private final Supplier<ClusterImage> images;
    private final Function<Owner, WorkloadLabels> others;

    /// Where the labels of what is not watched are not known.
    public ImageLabels(Supplier<ClusterImage> images) {
        this(images, workload -> new WorkloadLabels.Unknown(workload + " is not watched"));
    }

    /// @param others asked for a workload that is not in the image
    public ImageLabels(Supplier<ClusterImage> images, Function<Owner, WorkloadLabels> others) {
        this.images = images;
        this.others = others;
    }

    @Override
    public WorkloadLabels ofWorkload(Owner workload) {
        return images.get()
                .owner(workload)
                .<WorkloadLabels>map(owner -> new WorkloadLabels.Known(owner.labels()))
                .orElseGet(() -> others.apply(workload));
    }

    @Override
    public Map<String, String> ofNamespace(String namespace) {
        return images.get().namespaceLabels(namespace);
    }
}
