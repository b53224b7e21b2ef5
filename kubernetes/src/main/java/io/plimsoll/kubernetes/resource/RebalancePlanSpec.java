package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to be moved, why, and what that changes. It never changes.
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "self == oldSelf",
        message = "the spec of a RebalancePlan never changes; reject it, and another one is made")
public record RebalancePlanSpec(
        @JsonPropertyDescription("Of which state of the cluster it was made.")
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        @Required
        Instant madeAt,

        @JsonPropertyDescription("Until when it may be begun.") @JsonFormat(shape = JsonFormat.Shape.STRING) @Required
        Instant expiresAt,

        @JsonPropertyDescription("How much it is, in a few figures.") @Required
        Totals totals,

        @JsonPropertyDescription("The nodes that are to be relieved, the worst first.") @Size(max = 256)
        List<HurtNode> hurtNodes,

        @JsonPropertyDescription("The moves, in the order in which they are begun.") @Required @Size(min = 1, max = 256)
        List<PlannedMove> moves,

        @JsonPropertyDescription("What nodes bear that pods are moved from or to.") @Size(max = 512)
        List<NodeLoad> nodes,

        @JsonPropertyDescription("How many pods of hurt nodes stay for which reason.") @Size(max = 64)
        List<KeptPods> kept) {

    public RebalancePlanSpec {
        hurtNodes = Lists.copy(hurtNodes);
        moves = Lists.copy(moves);
        nodes = Lists.copy(nodes);
        kept = Lists.copy(kept);
    }

    /// How much a plan is.
    public record Totals(
            @JsonPropertyDescription("Pods that are moved.") @Required
            Integer moves,

            @JsonPropertyDescription("Nodes that are relieved.") @Required
            Integer nodes,

            @JsonPropertyDescription(
                    "What disturbing the pods costs, all together; 1.10 for a young pod of a large" + " workload.")
            @Required
            @Size(max = 32)
            String cost) {}

    /// A node that is to be relieved.
    public record HurtNode(
            @JsonPropertyDescription("The node's name.") @Required @Size(max = 253)
            String node,

            @JsonPropertyDescription("What is wrong with it, for people.") @Required @Size(max = 1024)
            String because) {}

    /// A pod that is to leave its node.
    public record PlannedMove(
            @JsonPropertyDescription("The pod's namespace.") @Required @Size(max = 63)
            String namespace,

            @JsonPropertyDescription("The pod's name.") @Required @Size(max = 253)
            String name,

            @JsonPropertyDescription("The pod's uid: a later pod of the same name is never meant.")
            @Required
            @Size(max = 64)
            String uid,

            @JsonPropertyDescription("Its workload.") @Required
            WorkloadReference workload,

            @JsonPropertyDescription("The node that it is on.") @Required @Size(max = 253)
            String from,

            @JsonPropertyDescription("The node that its replacement is expected on.") @Required @Size(max = 253)
            String to,

            @JsonPropertyDescription("How much of its node's trouble goes with it.") @Required @Min(0) @Max(100)
            Integer reliefPercent,

            @JsonPropertyDescription("What disturbing it costs.") @Required @Size(max = 32)
            String cost,

            @JsonPropertyDescription("Why it is moved, for people.") @Required @Size(max = 512)
            String because,

            @JsonPropertyDescription("The trouble of its node that it is moved for; absent in older plans.") @Nullable
            Trouble trouble,

            @JsonPropertyDescription("What it is moved for where its node is not hurt; absent in older plans.")
            @Nullable
            Goal goal) {}

    /// What pods are moved for besides the relief of hurt nodes.
    public enum Goal {
        /// One node holds all of its workload.
        @JsonProperty("SpreadSiblings")
        SPREAD_SIBLINGS,
        /// It is not where its affinity demands it to be.
        @JsonProperty("FixAffinity")
        FIX_AFFINITY,
        /// It does not tolerate a taint of its node.
        @JsonProperty("FixTaints")
        FIX_TAINTS,
        /// Its node is to be empty.
        @JsonProperty("EmptyNodes")
        EMPTY_NODES
    }

    /// What a move is to put right: what is there later is compared with it.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Trouble(
            @JsonPropertyDescription("How it was noticed.") @Required
            TroubleKind kind,

            @JsonPropertyDescription("What it is about.") @Required
            TroubleResource resource,

            @JsonPropertyDescription(
                    "How much was to be taken away, as a share of the node, or of the time where pods wait.")
            @Required
            @Size(max = 32)
            @Pattern(SHARE)
            String excess,

            @JsonPropertyDescription("How much of that was to go with the pod.")
            @Required
            @Size(max = 32)
            @Pattern(SHARE)
            String relief,

            @JsonPropertyDescription("When it was so; absent where it was so when the plan was made.")
            @JsonFormat(shape = JsonFormat.Shape.STRING)
            @Nullable
            Instant at) {

        private static final String SHARE = "^[0-9]{1,9}\\.[0-9]{4}$";
    }

    /// How a trouble was noticed.
    public enum TroubleKind {
        /// More is in use than is safe.
        @JsonProperty("Hot")
        HOT,
        /// Pods wait because of others.
        @JsonProperty("Waiting")
        WAITING,
        /// A resize waits for room.
        @JsonProperty("Crowded")
        CROWDED
    }

    /// What a trouble is about.
    public enum TroubleResource {
        @JsonProperty("cpu")
        CPU,
        @JsonProperty("memory")
        MEMORY
    }

    /// What a node bears before and after, as shares of what it has.
    public record NodeLoad(
            @JsonPropertyDescription("The node's name.") @Required @Size(max = 253)
            String node,

            @JsonPropertyDescription("CPU before.") @Required
            Integer cpuPercentBefore,

            @JsonPropertyDescription("CPU after.") @Required Integer cpuPercentAfter,

            @JsonPropertyDescription("Memory before.") @Required
            Integer memoryPercentBefore,

            @JsonPropertyDescription("Memory after.") @Required
            Integer memoryPercentAfter) {}

    /// Pods that stay for one reason.
    public record KeptPods(
            @JsonPropertyDescription("How many.") @Required Integer pods,

            @JsonPropertyDescription("Why.") @Required Reason reason) {}
}
