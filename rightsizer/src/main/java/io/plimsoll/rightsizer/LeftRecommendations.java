package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.Faults;
import io.plimsoll.kubernetes.action.ApiRecommendations;
import io.plimsoll.kubernetes.action.ApiRecommendations.Standing;
import io.plimsoll.kubernetes.resource.WorkloadRecommendationStatus.OomRaise;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.rightsizer.Sizings.Reach;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// Keeps true what the objects of workloads say that passes do not decide on any more. Belongs to the
/// right-sizer's loop.
///
/// | the workload | its object |
/// |---|---|
/// | has no pods; a policy selects it | keeps its figures: new pods start with them |
/// | the same, as a kill ages out | tells of it no more |
/// | the same, after [#IDLE] | says that no pod runs, and of no saving |
/// | no policy selects it any more | says that none does, and which change was applied last: nothing else |
/// | has pods; its policy leaves all of their containers out | the same, and says that |
/// | is gone | stays as it is, until the housekeeper deletes it |
///
/// Objects that are there at the start are listed once; from then on nobody else writes them. A pass writes
/// [#WRITES_MAX] at most.
final class LeftRecommendations {

    static final int WRITES_MAX = 250;
    /// A CronJob that runs each half an hour is not told to be idle in between.
    static final Duration IDLE = Duration.ofHours(1);
    /// By then the housekeeper has deleted the object.
    private static final Duration GONE_KEPT = Duration.ofHours(3);

    private static final String NO_POLICY = "no policy selects this workload any more: nothing is recommended for it";
    private static final String LEFT_OUT = "its policy leaves all of its containers out: nothing is recommended for it";
    private static final String NO_PODS = "no pod of it runs: what stands here was worked out when one did";

    /// The objects, as [ApiRecommendations] knows them.
    interface Objects {

        /// There are none.
        Objects NONE = new Objects() {
            @Override
            public List<Standing> standing() {
                return List.of();
            }

            @Override
            public void withoutPolicy(Owner workload, String message, Instant now) {}

            @Override
            public void withoutPods(Owner workload, List<OomRaise> oomRaises, Optional<String> message) {}
        };

        List<Standing> standing() throws IOException;

        void withoutPolicy(Owner workload, String message, Instant now) throws IOException;

        void withoutPods(Owner workload, List<OomRaise> oomRaises, Optional<String> message) throws IOException;

        static Objects of(ApiRecommendations recommendations) {
            return new Objects() {
                @Override
                public List<Standing> standing() throws IOException {
                    return recommendations.standing();
                }

                @Override
                public void withoutPolicy(Owner workload, String message, Instant now) throws IOException {
                    recommendations.withoutPolicy(workload, message, now);
                }

                @Override
                public void withoutPods(Owner workload, List<OomRaise> oomRaises, Optional<String> message)
                        throws IOException {
                    recommendations.withoutPods(workload, oomRaises, message);
                }
            };
        }
    }

    /// What an object says.
    ///
    /// @param isOfPolicy whether it speaks for a policy
    /// @param isIdle whether it says that no pod runs
    /// @param killed what it tells of kills; empty where that is not known
    private record Said(boolean isOfPolicy, boolean isIdle, Optional<List<String>> killed) {

        static Said of(Standing standing) {
            return new Said(
                    standing.isOfPolicy(), false, standing.hasOomRaises() ? Optional.empty() : Optional.of(List.of()));
        }
    }

    private final Objects objects;
    private final WriteTrouble trouble;
    private final Faults faults;
    private final Map<Owner, Said> said = new TreeMap<>();
    private final Map<Owner, Instant> leftSince = new HashMap<>();
    private boolean isListed;

    LeftRecommendations(Objects objects, WriteTrouble trouble, Faults faults) {
        this.objects = objects;
        this.trouble = trouble;
        this.faults = faults;
    }

    /// A recommendation was written in full.
    void written(Owner workload, Optional<List<OomReport>> killed) {
        said.put(workload, new Said(true, false, killed.map(RecommendationTeller::gist)));
    }

    /// @param decided the workloads that a pass has decided on
    /// @param killed what there is to tell of kills, where it is known
    void keep(
            Set<Owner> decided,
            Function<Owner, Reach> reach,
            Optional<Map<Owner, List<OomReport>>> killed,
            Instant now) {
        if (!isListed()) {
            return;
        }
        leftSince.keySet().removeAll(decided);
        int left = WRITES_MAX;
        for (var workload :
                said.keySet().stream().filter(one -> !decided.contains(one)).toList()) {
            leftSince.putIfAbsent(workload, now);
            var before = Optional.ofNullable(said.get(workload)).orElseThrow();
            var next = next(workload, before, reach.apply(workload), killed, now);
            if (next.isPresent() && !next.get().said().equals(before) && left-- > 0) {
                write(workload, next.get());
            }
        }
        leftSince.keySet().retainAll(said.keySet());
    }

    private boolean isListed() {
        if (!isListed) {
            try {
                objects.standing().forEach(found -> said.putIfAbsent(found.workload(), Said.of(found)));
                isListed = true;
            } catch (IOException e) {
                trouble.failed("all workloads", e);
            }
        }
        return isListed;
    }

    private record Next(Said said, Writing writing) {}

    @FunctionalInterface
    private interface Writing {
        void run() throws IOException;
    }

    /// What is to be said; nothing where that is left to others.
    private Optional<Next> next(
            Owner workload, Said before, Reach reach, Optional<Map<Owner, List<OomReport>>> killed, Instant now) {
        return switch (reach) {
            case SELECTED -> killed.map(all -> idle(workload, before, all.getOrDefault(workload, List.of()), now));
            case UNSELECTED -> Optional.of(silent(workload, NO_POLICY, now));
            case LEFT_OUT -> Optional.of(silent(workload, LEFT_OUT, now));
            case GONE -> {
                if (since(workload, now).compareTo(GONE_KEPT) >= 0) {
                    said.remove(workload);
                }
                yield Optional.empty();
            }
        };
    }

    /// What says that no policy selects it, and is selected again, says at once that it waits for a pod.
    private Next idle(Owner workload, Said before, List<OomReport> reports, Instant now) {
        boolean isIdle =
                before.isIdle() || !before.isOfPolicy() || since(workload, now).compareTo(IDLE) >= 0;
        return new Next(
                new Said(true, isIdle, Optional.of(RecommendationTeller.gist(reports))),
                () -> objects.withoutPods(
                        workload,
                        RecommendationStatus.raises(reports),
                        isIdle ? Optional.of(NO_PODS) : Optional.empty()));
    }

    private Next silent(Owner workload, String why, Instant now) {
        return new Next(
                new Said(false, false, Optional.of(List.of())), () -> objects.withoutPolicy(workload, why, now));
    }

    private Duration since(Owner workload, Instant now) {
        return Duration.between(leftSince.getOrDefault(workload, now), now);
    }

    private void write(Owner workload, Next next) {
        try {
            next.writing().run();
            said.put(workload, next.said());
        } catch (IOException e) {
            trouble.failed(workload, e);
        } catch (RuntimeException e) {
            faults.met(workload, e);
        }
    }
}
