package io.plimsoll.rightsizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.plimsoll.kubernetes.action.ApiChangeJournal;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeJournal.Closing;
import io.plimsoll.model.action.ChangeJournal.Entry;
import io.plimsoll.model.action.ChangePhase;
import io.plimsoll.model.action.ChangeResult;
import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealControlPlane;
import io.plimsoll.testbed.controlplane.TestNamespace;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The journal on a real API server.
@RealControlPlane
class ApiChangeJournalTest extends ChangeJournalContract {

    private ApiServer server;
    private ApiChangeJournal journal;
    private String namespace;

    @BeforeAll
    static void define(ControlPlane controlPlane) throws Exception {
        CustomResources.apply(controlPlane);
    }

    @BeforeEach
    void connect(KubernetesClient client, TestNamespace namespace) {
        this.namespace = namespace.name();
        this.server = new ApiServer(client);
        this.journal = new ApiChangeJournal(server, Clock.systemUTC(), new Random());
    }

    @AfterEach
    void disconnect() {
        server.close();
    }

    /// Cut at 176 characters, this name ends in a dot, which no part of a name may. A record's name is told with its
    /// namespace, of up to 63 characters, in fields of 253.
    @Test
    void workload_withTheLongestOfNames_hasARecord() {
        var name = "a".repeat(63) + "." + "b".repeat(63) + "." + "c".repeat(47) + "." + "d".repeat(63);

        assertThat(journal.intend(change(name, "it uses more")))
                .isInstanceOfSatisfying(
                        Entry.Written.class,
                        entry -> assertThat(entry.name().substring(namespace.length()))
                                .hasSizeLessThanOrEqualTo(253 - 63));
    }

    /// One character may be two of Java's: it is not cut in two.
    @Test
    void sentence_longerThanARecordHolds_isCutBetweenCharacters() {
        var ships = "🚢".repeat(600);
        var entry = (Entry.Written) journal.intend(change("web", "x" + ships));

        assertThat(record(entry).change().reason())
                .startsWith("x🚢")
                .endsWith("🚢…")
                .doesNotContain("?");
        assertThat(journal.close(
                        entry.name(), ChangeResult.of(entry.name(), entry.change(), ChangePhase.FAILED, ships)))
                .isEqualTo(new Closing.Written());
    }

    @Override
    ChangeJournal journal() {
        return journal;
    }

    @Override
    String namespace() {
        return namespace;
    }
}
