package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.model.action.Action;
import io.plimsoll.model.action.ActionPort;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.Change.PodChange;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Closing;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.model.action.ChangeResult.PodResult;
import io.plimsoll.model.action.Outcome;
import io.plimsoll.model.action.Outcome.Refusal;
import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.PodKey;
import io.plimsoll.model.cluster.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RightsTest {

    private static final ContainerSpec SPEC = new ContainerSpec("main", new Resources(100, 64 << 20), Resources.NONE);
    private static final PodChange POD =
            new PodChange(new PodKey("shop", "web-1"), "u-1", List.of(SPEC), List.of(SPEC));

    private Instant now = Instant.parse("2026-03-04T12:00:00Z");
    private Closing closing = new Closing.Forbidden("403 no outcome");
    private final Rights rights = new Rights(() -> now);

    @Test
    void change_forbiddenInOneNamespace_isMissingThereForAWhileAndNowhereElse() {
        rights.noting(answering(new Outcome.Refused(Refusal.FORBIDDEN, "403 no", Optional.empty())))
                .dryRun(POD.forward());

        assertThat(rights.missing("shop"))
                .hasValueSatisfying(why -> assertThat(why).startsWith("403 no; "));
        assertThat(rights.missing("bank")).isEmpty();

        now = now.plus(Rights.REST).minus(Duration.ofMillis(1));
        assertThat(rights.missing("shop")).isPresent();
        now = now.plus(Duration.ofMillis(1));
        assertThat(rights.missing("shop")).isEmpty();
    }

    /// No right would help.
    @Test
    void resize_thatTheApiServerDoesNotKnow_isMissingAndSaysNothingOfRights() {
        rights.noting(answering(new Outcome.Refused(Refusal.UNSUPPORTED, "too old", Optional.empty())))
                .dryRun(POD.forward());

        assertThat(rights.missing("shop")).hasValue("too old");
    }

    @Test
    void refusal_forAnotherReason_isNoMissingRight() {
        rights.noting(answering(new Outcome.Refused(Refusal.INVALID, "422 no", Optional.empty())))
                .carryOut(POD.forward());

        assertThat(rights.missing("shop")).isEmpty();
    }

    @Test
    void record_forbidden_isAMissingRight() {
        var change = new Change(
                new Owner("shop", "Deployment", "web"), "shop/web", "UsageChanged", "", Optional.empty(), List.of(POD));

        rights.noting(forbidding()).intend(change);

        assertThat(rights.missing("shop"))
                .hasValueSatisfying(why -> assertThat(why).startsWith("403 no record; "));
    }

    /// Some tries fail, and a later one does not: nothing is left of it.
    @Test
    void outcome_thatMayNotBeWritten_holdsBackFurtherChangesUntilOneCan() {
        var journal = rights.noting(closing());
        var result = new ChangeResult("shop/web-1", List.of(new PodResult(POD, ChangePhase.APPLIED, "")));

        journal.close("shop/web-1", result);

        assertThat(rights.missing("shop"))
                .hasValue("403 no outcome; manifests/overlays/rightsizer/rbac.yaml has the rule");
        closing = new Closing.Written();
        journal.close("shop/web-1", result);

        assertThat(rights.missing("shop")).isEmpty();
    }

    /// The namespace's other workloads have nothing to do with it, and no right would help.
    @Test
    void outcome_thatIsNotWrittenForNow_isNoMissingRight() {
        closing = new Closing.NotWritten("500 etcd has no leader");

        rights.noting(closing())
                .close(
                        "shop/web-1",
                        new ChangeResult("shop/web-1", List.of(new PodResult(POD, ChangePhase.APPLIED, ""))));

        assertThat(rights.missing("shop")).isEmpty();
    }

    private ChangeJournal closing() {
        return new ChangeJournal() {
            @Override
            public Entry intend(Change change) {
                return new Entry.Written("shop/web-1", change);
            }

            @Override
            public Closing close(String name, ChangeResult result) {
                return closing;
            }

            @Override
            public void read(Consumer<Logged> each) {}
        };
    }

    private static ActionPort answering(Outcome outcome) {
        return new ActionPort() {
            @Override
            public Outcome carryOut(Action action) {
                return outcome;
            }

            @Override
            public Outcome dryRun(Action action) {
                return outcome;
            }
        };
    }

    private static ChangeJournal forbidding() {
        return new ChangeJournal() {
            @Override
            public Entry intend(Change change) {
                return new Entry.Forbidden("403 no record");
            }

            @Override
            public Closing close(String name, ChangeResult result) {
                return new Closing.Written();
            }

            @Override
            public void read(Consumer<Logged> each) {}
        };
    }
}
