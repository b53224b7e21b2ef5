package io.plimsoll.rightsizer;

import io.plimsoll.kubernetes.policy.ListedPolicy;
import io.plimsoll.kubernetes.resource.OptimizationPolicyStatus;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.recommendation.WorkloadSizing;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the status of policies at what passes say, with a write only where the status at the API server is another.
/// Belongs to the right-sizer's loop.
///
/// Where a thousand policies speak of one workload, each workload that comes or goes changes all of
/// their counts. So a pass writes [#WRITES_MAX] at most, and the next one goes on behind the last one: all are told in
/// turn, and none holds up the loop.
public final class PolicyTeller implements Sizings {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyTeller.class);

    /// Where a status is written, as `ApiPolicyStatuses` does.
    @FunctionalInterface
    public interface Statuses {
        void write(ListedPolicy policy, OptimizationPolicyStatus status) throws IOException;
    }

    private final Statuses statuses;
    private final Supplier<List<ListedPolicy>> policies;
    private final Supplier<Optional<String>> unable;
    private final Supplier<Savings> savings;
    private final InstantSource clock;
    static final int WRITES_MAX = 250;

    /// The label of the last one written, where a pass had to leave some to the next one.
    private Optional<String> last = Optional.empty();

    private final Set<String> warned = new HashSet<>();
    private final WriteTrouble trouble = new WriteTrouble(LOG, "statuses of policies");

    /// @param policies as they were listed for the pass that is told of
    /// @param unable why no running pod of the cluster can be changed, if so
    public PolicyTeller(
            Statuses statuses,
            Supplier<List<ListedPolicy>> policies,
            Supplier<Optional<String>> unable,
            Supplier<Savings> savings,
            InstantSource clock) {
        this.unable = unable;
        this.statuses = statuses;
        this.policies = policies;
        this.savings = savings;
        this.clock = clock;
    }

    @Override
    public void decided(List<WorkloadSizing> sizings) {
        var listed = policies.get();
        var next = PolicyStatus.all(listed, sizings, unable.get(), savings.get(), clock.instant());
        warned.retainAll(next.keySet());
        var due = fromTheLastOn(listed).stream()
                .filter(policy -> isNews(policy, next))
                .toList();
        var now = due.subList(0, Math.min(WRITES_MAX, due.size()));
        for (var policy : now) {
            Optional.ofNullable(next.get(policy.label())).ifPresent(status -> write(policy, status));
        }
        last = now.size() < due.size() ? Optional.of(now.getLast().label()) : Optional.empty();
        trouble.ended();
    }

    private static boolean isNews(ListedPolicy policy, Map<String, OptimizationPolicyStatus> next) {
        var status = Optional.ofNullable(next.get(policy.label()));
        return status.isPresent() && !status.equals(policy.status());
    }

    private List<ListedPolicy> fromTheLastOn(List<ListedPolicy> listed) {
        var labels = listed.stream().map(ListedPolicy::label).toList();
        var turned = new ArrayList<>(listed);
        Collections.rotate(turned, -1 - last.map(labels::indexOf).orElse(-1));
        return turned;
    }

    @Override
    public void ended(Change change, ChangeResult result) {}

    private void write(ListedPolicy policy, OptimizationPolicyStatus status) {
        warnOfEqualWeights(policy, status);
        try {
            statuses.write(policy, status);
        } catch (IOException e) {
            trouble.failed(policy.label(), e);
        }
    }

    private void warnOfEqualWeights(ListedPolicy policy, OptimizationPolicyStatus status) {
        var chance = status.conditions().stream()
                .filter(condition -> condition.reason().equals(PolicyStatus.EQUAL_WEIGHTS))
                .findFirst();
        if (chance.isEmpty()) {
            warned.remove(policy.label());
        } else if (warned.add(policy.label())) {
            LOG.warn("Policy {}: {}", policy.label(), chance.get().message());
        }
    }
}
