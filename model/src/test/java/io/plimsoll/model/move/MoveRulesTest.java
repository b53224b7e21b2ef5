package io.plimsoll.model.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.PolicyCandidate;
import io.plimsoll.model.recommendation.Selection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MoveRulesTest {

    private static final Owner WEB = new Owner("shop", "Deployment", "web");

    @Test
    void policyOfTheNamespace_goesBeforeOneOfTheCluster_alsoWhereItSaysNothing() {
        var all = policy(Optional.empty(), "all", 100, Optional.of(MoveApproval.AUTOMATIC));
        var own = policy(Optional.of("shop"), "own", 0, Optional.of(MoveApproval.NEVER));
        var silent = policy(Optional.of("shop"), "own", 0, Optional.empty());

        assertThat(MoveRules.of(List.of(all)).of(WEB))
                .isEqualTo(rule(MoveApproval.AUTOMATIC, "the policy all says moves.approval: Automatic"));
        assertThat(MoveRules.of(List.of(all, own)).of(WEB))
                .isEqualTo(rule(MoveApproval.NEVER, "the policy shop/own says moves.approval: Never"));
        assertThat(MoveRules.of(List.of(all, silent)).of(WEB)).isEqualTo(MoveRules.Rule.NONE);
    }

    @Test
    void policy_thatSaysNothingOfApproval_mayNameLeastReplicasAndGiveUpLocalStorage() {
        var candidate = new PolicyCandidate(Optional.of("shop"), "careful", 0, 0, false, workload -> true);
        var terms = new MoveTerms(Optional.empty(), 3, true);

        assertThat(MoveRules.of(List.of(new MovePolicy(candidate, terms, false, Optional.empty())))
                        .of(WEB))
                .isEqualTo(new MoveRules.Rule(
                        Optional.empty(),
                        "",
                        Optional.of(new MoveRules.Rule.Least(3, "the policy shop/careful says moves.minReplicas: 3")),
                        true));
    }

    /// Of these nothing holds, not even what would let pods go.
    @Test
    void suspendedPolicy_thatGivesUpLocalStorage_givesUpNothing() {
        var candidate = new PolicyCandidate(Optional.of("shop"), "odd", 0, 0, true, workload -> true);
        var terms = new MoveTerms(Optional.empty(), 3, true);

        assertThat(MoveRules.of(List.of(new MovePolicy(candidate, terms, false, Optional.empty())))
                        .of(WEB))
                .isEqualTo(rule(MoveApproval.NEVER, "the policy shop/odd is suspended"));
    }

    @Test
    void greaterWeight_goesFirst() {
        var light = policy(Optional.of("shop"), "light", 1, Optional.of(MoveApproval.AUTOMATIC));
        var heavy = policy(Optional.of("shop"), "heavy", 2, Optional.of(MoveApproval.REQUIRED));

        assertThat(MoveRules.of(List.of(light, heavy)).of(WEB))
                .isEqualTo(rule(MoveApproval.REQUIRED, "the policy shop/heavy says moves.approval: Required"));
    }

    @Test
    void workloadOfWhichNoPolicySpeaks_isLeftToTheService() {
        var bank = policy(Optional.of("bank"), "all", 0, Optional.of(MoveApproval.NEVER));

        assertThat(MoveRules.of(List.of(bank)).of(WEB)).isEqualTo(MoveRules.Rule.NONE);
        assertThat(MoveRules.NONE.of(WEB)).isEqualTo(MoveRules.Rule.NONE);
    }

    @Test
    void suspendedPolicy_andOneThatCannotBeRead_haveTheirWorkloadsStay() {
        var candidate = new PolicyCandidate(Optional.of("shop"), "odd", 0, 0, true, workload -> true);
        var automatic = Optional.of(MoveApproval.AUTOMATIC);

        assertThat(MoveRules.of(List.of(new MovePolicy(candidate, automatic, Optional.empty())))
                        .of(WEB))
                .isEqualTo(rule(MoveApproval.NEVER, "the policy shop/odd is suspended"));
        assertThat(MoveRules.of(List.of(new MovePolicy(candidate, Optional.empty(), Optional.of("spec.x: what?"))))
                        .of(WEB))
                .isEqualTo(rule(MoveApproval.NEVER, "the policy shop/odd cannot be read: spec.x: what?"));
    }

    @Test
    void policyThatChangesRequests_isNamedWhereItHolds() {
        var light = new PolicyCandidate(Optional.of("shop"), "light", 1, 0, false, workload -> true);
        var heavy = new PolicyCandidate(Optional.of("shop"), "heavy", 2, 0, false, WEB::equals);
        var resizing = new MovePolicy(light, Optional.empty(), true, Optional.empty());
        var still = new MovePolicy(heavy, Optional.empty(), Optional.empty());

        assertThat(MoveRules.of(List.of(resizing)).resizing(WEB)).contains("shop/light");
        assertThat(MoveRules.of(List.of(resizing, still)).resizing(WEB)).isEmpty();
        assertThat(MoveRules.unknown("403").resizing(WEB)).isEmpty();
    }

    @Test
    void policyThatMaySpeakOfTheWorkload_hasItStayUnlessOneOfGreaterWeightDoesSpeakOfIt() {
        var doubtful = new MovePolicy(
                new PolicyCandidate(
                        Optional.of("shop"),
                        "some",
                        1,
                        0,
                        false,
                        workload -> true,
                        workload -> new Selection.Unknown("403 rollouts")),
                Optional.of(MoveApproval.AUTOMATIC),
                Optional.empty());
        var light = policy(Optional.of("shop"), "light", 0, Optional.of(MoveApproval.AUTOMATIC));
        var heavy = policy(Optional.of("shop"), "heavy", 2, Optional.of(MoveApproval.AUTOMATIC));

        assertThat(MoveRules.of(List.of(doubtful, light)).of(WEB))
                .isEqualTo(rule(
                        MoveApproval.NEVER,
                        "it is not known whether policy shop/some selects the workload: 403 rollouts"));
        assertThat(MoveRules.of(List.of(doubtful, heavy)).of(WEB))
                .isEqualTo(rule(MoveApproval.AUTOMATIC, "the policy shop/heavy says moves.approval: Automatic"));
    }

    @Test
    void unknownPolicies_haveEveryWorkloadStay() {
        assertThat(MoveRules.unknown("policies cannot be listed: 403").of(WEB))
                .isEqualTo(rule(MoveApproval.NEVER, "policies cannot be listed: 403"));
    }

    private static MoveRules.Rule rule(MoveApproval approval, String because) {
        return new MoveRules.Rule(Optional.of(approval), because);
    }

    private static MovePolicy policy(
            Optional<String> namespace, String name, int weight, Optional<MoveApproval> approval) {
        var candidate = new PolicyCandidate(namespace, name, weight, 0, false, workload -> true);
        return new MovePolicy(candidate, approval, Optional.empty());
    }
}
