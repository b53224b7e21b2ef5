package io.plimsoll.extender.inspection;

import io.plimsoll.model.neighbour.Episode;
import io.plimsoll.model.neighbour.Grade;
import io.plimsoll.model.neighbour.Neighbours;
import io.plimsoll.model.neighbour.Suspicion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Who hurts whom.
///
/// @param episodes nodes whose pods wait for something more than is usual there, the worst first
/// @param workloads what is known of each, the worst neighbour first
public record NeighboursView(List<EpisodeView> episodes, List<SuspectView> workloads) {

    /// A node under pressure, and whose doing that is.
    ///
    /// @param contention what its pods wait for: cpu or memory
    /// @param tier what the pressure was read from: stalls or run-queue (tasks that waited); or only refaults,
    ///     available or usage, where shares are those of a load and no blame
    /// @param pressure share of the time in which some task waits, 0 to 1
    /// @param rise of that, what is above the usual
    /// @param unexplained share of the rise that no pod explains
    public record EpisodeView(
            String node,
            String contention,
            String tier,
            double pressure,
            double rise,
            Instant since,
            List<BlameView> blames,
            double unexplained) {

        private static EpisodeView of(Episode episode) {
            return new EpisodeView(
                    episode.node(),
                    episode.contention().label(),
                    episode.pressure().tier().label(),
                    episode.pressure().share(),
                    episode.rise(),
                    Instant.ofEpochMilli(episode.sinceMillis()),
                    episode.blames().stream()
                            .map(blame -> new BlameView(blame.workload().toString(), blame.share(), blame.harm()))
                            .toList(),
                    episode.unexplained());
        }
    }

    /// @param share of the rise, 0 to 1
    /// @param harm seconds a second that others wait for it
    public record BlameView(String workload, double share, double harm) {}

    /// A workload as a neighbour.
    ///
    /// @param accused whether the evidence is enough to call it a bad neighbour
    /// @param grade A (nobody waits for it) to E, for what is usual of it; null where nobody measures
    ///     that tasks wait
    /// @param coefficient how much longer others wait, as a share of the time, for a node's worth of its use more
    /// @param significance how many standard errors that lies above 0
    /// @param times how often it had a quarter of the blame or more, decayed with a half-life of a day
    /// @param nodes on how many nodes
    /// @param usualHarm seconds a second that others wait for one of its pods, mean of a day
    /// @param worstHarm the most of it within minutes
    /// @param sensitivity how many times as long as most workloads it waits under the same pressure; null where
    ///     too little of that is known
    public record SuspectView(
            String workload,
            String contention,
            boolean accused,
            Optional<String> grade,
            double coefficient,
            double significance,
            double times,
            int nodes,
            double usualHarm,
            double worstHarm,
            Optional<Double> sensitivity) {

        private static SuspectView of(Suspicion suspicion) {
            return new SuspectView(
                    suspicion.workload().toString(),
                    suspicion.contention().label(),
                    suspicion.isAccused(),
                    suspicion.grade().map(Grade::name),
                    suspicion.coefficient(),
                    suspicion.significance(),
                    suspicion.times(),
                    suspicion.nodes(),
                    suspicion.usual(),
                    suspicion.worst(),
                    suspicion.sensitivity().stream().boxed().findFirst());
        }
    }

    static NeighboursView of(Neighbours neighbours, int limit) {
        return new NeighboursView(
                neighbours.episodes().stream().limit(limit).map(EpisodeView::of).toList(),
                neighbours.suspicions().stream()
                        .limit(limit)
                        .map(SuspectView::of)
                        .toList());
    }
}
