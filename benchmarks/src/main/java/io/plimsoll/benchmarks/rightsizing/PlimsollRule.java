package io.plimsoll.benchmarks.rightsizing;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ContainerSizing;
import io.plimsoll.model.recommendation.Recommender;
import io.plimsoll.model.recommendation.ResourceKind;
import io.plimsoll.model.recommendation.SizingCase;
import io.plimsoll.model.usage.ContainerHistory;
import io.plimsoll.model.usage.ContainerUsage;
import io.plimsoll.model.usage.Sample;
import java.util.Arrays;
import java.util.List;

/// One of Plimsoll's recommenders with the product's own history, carried out as the planner does: outside the
/// range that does well enough, and not for too small a change, in steps as large as the policy lets.
///
/// @param cooldownSteps for how many steps after a change nothing is lowered, 0 for none
/// @param lateSteps how many steps late a change takes effect, 0 for with the next
record PlimsollRule(String name, Recommender recommender, ContainerSizing sizing, int lateSteps, int cooldownSteps)
        implements Rule {

    private static final PodKey POD = new PodKey("replay", "pod");
    private static final long START_MILLIS = 1_700_000_000_000L;

    /// Without a cooldown, and with the next step.
    PlimsollRule(String name, Recommender recommender, ContainerSizing sizing) {
        this(name, recommender, sizing, 0, 0);
    }

    @Override
    public double[] requests(Trace trace) {
        var history = new ContainerHistory();
        var requests = new double[trace.length() + lateSteps];
        Arrays.fill(requests, Double.NaN);
        long current = 0;
        int changed = -cooldownSteps - 1;
        for (int i = 0; i < trace.length(); i++) {
            requests[i + lateSteps] = current == 0 ? Double.NaN : current;
            long atMillis = START_MILLIS + 1000L * trace.stepSeconds() * i;
            history.add(usage(trace, i, atMillis), atMillis);
            long next = next(trace.kind(), current, history, atMillis);
            if (next > current || (next < current && i - changed > cooldownSteps)) {
                current = next;
                changed = i;
            }
        }
        return Arrays.copyOf(requests, trace.length());
    }

    private long next(ResourceKind kind, long current, ContainerHistory history, long nowMillis) {
        var requests = kind == ResourceKind.CPU ? new Resources(current, 0) : new Resources(0, current);
        var wanted = recommender
                .recommend(new SizingCase(
                        new ContainerSpec("app", requests, Resources.NONE), history, sizing, 1, List.of(), nowMillis))
                .of(kind);
        var change = sizing.of(kind).change();
        return wanted.isOutside() && !change.isTooSmall(current, wanted.target())
                ? change.cut(current, wanted.target())
                : current;
    }

    private static ContainerUsage usage(Trace trace, int i, long atMillis) {
        boolean isCpu = trace.kind() == ResourceKind.CPU;
        return new ContainerUsage(
                POD,
                "app",
                new Sample(isCpu ? trace.used()[i] : 0, atMillis, "replay"),
                new Sample(isCpu ? 0 : trace.used()[i], atMillis, "replay"));
    }
}
