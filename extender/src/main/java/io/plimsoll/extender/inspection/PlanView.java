package io.plimsoll.extender.inspection;

import io.plimsoll.model.move.HurtNode;
import io.plimsoll.model.move.Kept;
import io.plimsoll.model.move.Move;
import io.plimsoll.model.move.MovePlan;
import io.plimsoll.model.move.NodeChange;
import io.plimsoll.model.move.Resize;
import io.plimsoll.model.move.StayReason;
import io.plimsoll.model.move.Watched;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/// Which pods would be moved, and which not and why, as inspection shows it.
///
/// @param at when the picture was last known to be whole
/// @param watchedSince when the watching of nodes began: what is hurt shows after some measurements
/// @param hurt nodes that are to be relieved, the worst first
/// @param moves in the order in which they are to be made
/// @param resizes that are tried before their pods are moved
/// @param nodes what those that pods are moved from or to bear
/// @param keptByReason how many pods of hurt nodes are not moved for what, each once
/// @param kept each of them, where they are asked for
/// @param remarks what holds for all moves at once, in sentences
public record PlanView(
        Instant at,
        Instant watchedSince,
        List<HurtView> hurt,
        List<MoveView> moves,
        List<ResizeView> resizes,
        List<NodeChangeView> nodes,
        List<ReasonView> keptByReason,
        List<KeptView> kept,
        List<String> remarks) {

    /// What an earlier version wrote has no remarks.
    public PlanView {
        remarks = Objects.requireNonNullElse(remarks, List.of());
    }

    /// A node that is to be relieved.
    ///
    /// @param because what is wrong with it, in words
    public record HurtView(String node, List<String> because) {

        private static HurtView of(HurtNode node) {
            return new HurtView(node.node(), node.words());
        }
    }

    /// One pod that would leave its node.
    ///
    /// @param to where its replacement is expected
    /// @param benefit the share of its node's trouble that goes with it, 0 to 1
    /// @param cost of disturbing it; 1.1 for a young pod of a large workload
    /// @param score of the target, 0 to 100
    /// @param check what the Eviction API says to it in a dry run, in words; empty where it was not asked
    public record MoveView(
            String pod,
            String uid,
            String workload,
            String from,
            String to,
            double benefit,
            double cost,
            double score,
            String because,
            String check) {

        /// What an earlier version wrote has no check.
        public MoveView {
            check = Objects.requireNonNullElse(check, "");
        }

        private static MoveView of(Move move) {
            return new MoveView(
                    move.pod().toString(),
                    move.uid(),
                    move.workload().toString(),
                    move.from(),
                    move.to(),
                    move.benefit(),
                    move.cost(),
                    move.score(),
                    move.because(),
                    "");
        }

        private MoveView checked(String words) {
            return new MoveView(pod, uid, workload, from, to, benefit, cost, score, because, words);
        }
    }

    /// A pod that is to be given less before it is moved.
    public record ResizeView(String pod, String workload, String node, String what) {

        private static ResizeView of(Resize resize) {
            return new ResizeView(resize.pod().toString(), resize.workload().toString(), resize.node(), resize.what());
        }
    }

    /// What a node bears before and after, as shares of allocatable.
    public record NodeChangeView(
            String node, double cpuBefore, double cpuAfter, double memoryBefore, double memoryAfter) {

        private static NodeChangeView of(NodeChange change) {
            return new NodeChangeView(
                    change.node(),
                    change.before().cpuShare(),
                    change.after().cpuShare(),
                    change.before().memoryShare(),
                    change.after().memoryShare());
        }
    }

    /// @param forbidden whether such pods must not be evicted at all
    public record ReasonView(String reason, boolean forbidden, int pods, String words) {}

    /// A pod that is not moved.
    public record KeptView(String pod, String workload, String node, String reason, String words) {

        private static KeptView of(Kept kept) {
            return new KeptView(
                    kept.pod().toString(),
                    kept.workload().toString(),
                    kept.node(),
                    kept.why().reason().code(),
                    kept.why().words());
        }
    }

    /// A plan as inspection has told it.
    ///
    /// @throws IllegalArgumentException when it makes no sense
    public static PlanView read(String json) {
        return InspectionJson.read(json, PlanView.class);
    }

    public String toJson() {
        return InspectionJson.write(this);
    }

    /// As text for terminals.
    public String toTable() {
        return Tables.plan(this);
    }

    /// The same with what is said to each of its moves.
    public PlanView checked(Function<MoveView, String> check) {
        return new PlanView(
                at,
                watchedSince,
                hurt,
                moves.stream().map(move -> move.checked(check.apply(move))).toList(),
                resizes,
                nodes,
                keptByReason,
                kept,
                remarks);
    }

    /// What disturbing all the pods costs.
    double cost() {
        return moves.stream().mapToDouble(MoveView::cost).sum();
    }

    static PlanView of(MovePlan plan, Watched watched, List<String> remarks, boolean all) {
        return new PlanView(
                Instant.ofEpochMilli(plan.atMillis()),
                Instant.ofEpochMilli(watched.sinceMillis()),
                plan.hurt().stream().map(HurtView::of).toList(),
                plan.moves().stream().map(MoveView::of).toList(),
                plan.resizes().stream().map(ResizeView::of).toList(),
                plan.nodes().stream().map(NodeChangeView::of).toList(),
                byReason(plan.keptByReason()),
                all ? plan.kept().stream().map(KeptView::of).toList() : List.of(),
                remarks);
    }

    private static List<ReasonView> byReason(Map<StayReason, Integer> counts) {
        return counts.entrySet().stream()
                .map(entry -> new ReasonView(
                        entry.getKey().code(),
                        entry.getKey().isForbidden(),
                        entry.getValue(),
                        entry.getKey().sentence()))
                .toList();
    }
}
