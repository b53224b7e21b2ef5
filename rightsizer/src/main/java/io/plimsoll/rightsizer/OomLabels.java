package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.action.ApiPodLabels;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodImage;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.recommendation.SizingReason;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the label [OomReport#LABEL] on running pods that have more memory since a container of theirs was killed
/// for it, and takes it away when that is not told any more. Belongs to the right-sizer's loop.
///
/// The label says what the record of the raise says, and goes when its report does; so it has no record of
/// its own. Taken away is also what is found at the start; but what belongs to a workload whose new pods
/// start with a raise stays: the webhook has labelled them.
///
/// The right to label is not in the account's role, since it is the right to change pods as a whole. Where it is
/// missing, that is said once, pods are found by the webhook's labels alone, and it is tried again every
/// [#FORBIDDEN_REST].
public final class OomLabels implements Sizings {

    private static final Logger LOG = LoggerFactory.getLogger(OomLabels.class);
    private static final Duration FORBIDDEN_REST = Duration.ofMinutes(5);
    /// In a pass.
    static final int PATCHES_MAX = 50;

    /// Where pods are labelled, as [ApiPodLabels] does.
    interface Labels {
        Map<PodKey, String> labelled() throws IOException;

        void put(PodKey pod, String uid, boolean isLabelled) throws IOException;
    }

    private final Labels labels;
    private final Supplier<ClusterImage> images;
    private final InstantSource clock;
    private final WriteTrouble trouble = new WriteTrouble(LOG, "labels of pods");
    /// The uids of pods that have it, as far as is known; read once.
    private Optional<Map<PodKey, String>> labelled = Optional.empty();

    private Optional<Map<Owner, List<OomReport>>> reports = Optional.empty();
    private long forbiddenMillis = Long.MIN_VALUE / 2;
    private boolean isForbiddenTold;

    public OomLabels(ApiPodLabels labels, Supplier<ClusterImage> images, InstantSource clock) {
        this(
                new Labels() {
                    @Override
                    public Map<PodKey, String> labelled() throws IOException {
                        return labels.labelled();
                    }

                    @Override
                    public void put(PodKey pod, String uid, boolean isLabelled) throws IOException {
                        labels.put(pod, uid, isLabelled);
                    }
                },
                images,
                clock);
    }

    OomLabels(Labels labels, Supplier<ClusterImage> images, InstantSource clock) {
        this.labels = labels;
        this.images = images;
        this.clock = clock;
    }

    @Override
    public void killed(Map<Owner, List<OomReport>> told) {
        reports = Optional.of(told);
    }

    @Override
    public void decided(List<WorkloadSizing> sizings) {
        if (reports.isEmpty() || clock.millis() - forbiddenMillis < FORBIDDEN_REST.toMillis()) {
            return;
        }
        try {
            var known = labelled.isPresent() ? labelled.get() : new TreeMap<>(labels.labelled());
            labelled = Optional.of(known);
            var image = images.get();
            keep(known, wanted(reports.get(), image), raised(sizings), image);
        } catch (ApiException e) {
            failed(e);
        } catch (IOException e) {
            trouble.failed("all pods", e);
        }
        trouble.ended();
    }

    @Override
    public void ended(Change change, ChangeResult result) {
        // The next pass labels its pods.
    }

    private void failed(ApiException e) {
        if (!e.isDenied()) {
            trouble.failed("a pod", e);
            return;
        }
        forbiddenMillis = clock.millis();
        if (!isForbiddenTold) {
            LOG.info(
                    "Pods that were given more memory after a kill are not labelled {}: {}; apply"
                            + " manifests/overlays/rightsizer-oom-labels, or see 'plimsoll recommend --oom'",
                    OomReport.LABEL,
                    e.getMessage());
        }
        isForbiddenTold = true;
    }

    /// @param raised workloads whose new pods start with a raise
    private void keep(Map<PodKey, String> known, Map<PodKey, String> wanted, Set<Owner> raised, ClusterImage image)
            throws IOException {
        known.entrySet().removeIf(pod -> isGone(image, pod.getKey(), pod.getValue()));
        int left = PATCHES_MAX;
        for (var pod : wanted.entrySet()) {
            if (!pod.getValue().equals(known.get(pod.getKey())) && left-- > 0) {
                labels.put(pod.getKey(), pod.getValue(), true);
                known.put(pod.getKey(), pod.getValue());
            }
        }
        for (var pod : List.copyOf(known.entrySet())) {
            boolean isOver = !wanted.containsKey(pod.getKey())
                    && image.pod(pod.getKey())
                            .filter(found -> !raised.contains(found.workload()) && !isOptedOut(image, found))
                            .isPresent();
            if (isOver && left-- > 0) {
                labels.put(pod.getKey(), pod.getValue(), false);
                known.remove(pod.getKey());
            }
        }
    }

    private static boolean isGone(ClusterImage image, PodKey key, String uid) {
        return image.pod(key).filter(pod -> pod.spec().uid().equals(uid)).isEmpty();
    }

    private static Set<Owner> raised(List<WorkloadSizing> sizings) {
        return sizings.stream()
                .filter(sizing -> sizing.recommendations().stream()
                        .flatMap(container -> container.memory().reasons().stream())
                        .anyMatch(SizingReason.OomKilled.class::isInstance))
                .map(WorkloadSizing::workload)
                .collect(Collectors.toSet());
    }

    private static Map<PodKey, String> wanted(Map<Owner, List<OomReport>> reports, ClusterImage image) {
        return reports.values().stream()
                .flatMap(List::stream)
                .filter(report -> report.state() == OomReport.State.RAISED)
                .flatMap(report -> image.podsOf(report.workload()).stream()
                        .filter(pod -> isRaised(pod, report))
                        .filter(pod -> !isOptedOut(image, pod)))
                .collect(Collectors.toMap(PodImage::key, pod -> pod.spec().uid(), (one, same) -> one, TreeMap::new));
    }

    private static boolean isOptedOut(ClusterImage image, PodImage pod) {
        return image.optOuts(pod.spec()).contains(OptOut.RESIZE);
    }

    private static boolean isRaised(PodImage pod, OomReport report) {
        return !pod.spec().terminating()
                && pod.spec().containers().stream()
                        .anyMatch(container -> container.name().equals(report.container())
                                && container.limits().memoryBytes()
                                        == report.after().limitBytes());
    }
}
