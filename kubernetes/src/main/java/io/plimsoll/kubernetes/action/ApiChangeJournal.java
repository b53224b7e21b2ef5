package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPages;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import io.plimsoll.kubernetes.resource.ChangeRecord;
import io.plimsoll.kubernetes.resource.PlimsollApi;
import io.plimsoll.model.action.Change;
import io.plimsoll.model.action.ChangeJournal;
import io.plimsoll.model.action.ChangeResult;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journal in the cluster: one `ChangeRecord` a change, in the namespace of its workload. Any thread may
/// use it.
///
/// A record's name is its workload's, the time and four letters by chance: so records sort by workload and time,
/// and a record whose creation was not answered can be asked for.
public final class ApiChangeJournal implements ChangeJournal {

    private static final Logger LOG = LoggerFactory.getLogger(ApiChangeJournal.class);
    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));
    private static final String RECORDS = "changerecords";
    private static final String ALL = "/apis/" + PlimsollApi.API_VERSION + "/" + RECORDS;
    private static final String OF_NAMESPACE = "/apis/" + PlimsollApi.API_VERSION + "/namespaces/%s/" + RECORDS;
    /// So that a record's namespace and name, of 63 and 12 more characters, fit the 253 that those have who refer to
    /// it.
    private static final int WORKLOAD_CHARS_MAX = 176;

    private final ApiServer server;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final String read;

    /// @param server its owner closes it
    public ApiChangeJournal(ApiServer server, InstantSource clock, RandomGenerator random) {
        this(server, clock, random, ALL);
    }

    private ApiChangeJournal(ApiServer server, InstantSource clock, RandomGenerator random, String read) {
        this.server = server;
        this.clock = clock;
        this.random = random;
        this.read = read;
    }

    /// The same journal, of which only one namespace is read: for those who may not read others.
    public ApiChangeJournal within(String namespace) {
        return new ApiChangeJournal(server, clock, random, path(namespace));
    }

    @Override
    public Entry intend(Change change) {
        var namespace = change.workload().namespace();
        var name = name(change);
        var entry = new Entry.Written(namespace + "/" + name, change);
        try {
            var record = ChangeRecords.record(name, change);
            server.write("POST", path(namespace), "application/json", Json.MAPPER.writeValueAsString(record), PATIENCE);
            return entry;
        } catch (IOException e) {
            var message = String.valueOf(e.getMessage());
            return switch (Answer.of(e)) {
                case FORBIDDEN -> new Entry.Forbidden(message);
                case REFUSED -> new Entry.NotWritten(message);
                case UNCLEAR -> isThere(namespace, name) ? entry : new Entry.Unclear(entry.name(), message);
            };
        }
    }

    /// What an answer to a write that is no success says of it.
    private enum Answer {
        FORBIDDEN,
        REFUSED,
        /// It may have taken effect, or still do.
        UNCLEAR;

        static Answer of(IOException failure) {
            if (ApiException.isUnclear(failure)) {
                return UNCLEAR;
            }
            return failure instanceof ApiException answer && answer.isDenied() ? FORBIDDEN : REFUSED;
        }
    }

    private String name(Change change) {
        var workload = change.workload().name();
        // A part of a name may not end in a dot or a dash.
        var start = workload.substring(0, Math.min(workload.length(), WORKLOAD_CHARS_MAX))
                .replaceFirst("[.-]+$", "");
        return start + "-" + Long.toString(clock.millis() / 1000, 36) + "-" + ObjectNames.letters(random);
    }

    /// Not to be seen does not mean that it does not come yet: that is settled by an outcome, whenever that is.
    private boolean isThere(String namespace, String name) {
        try {
            server.open(path(namespace, name), PATIENCE).close();
            return true;
        } catch (IOException e) {
            LOG.debug("The record {}/{} is not to be seen", namespace, name, e);
            return false;
        }
    }

    @Override
    public Closing close(String name, ChangeResult result) {
        var key = name.split("/", 2);
        try {
            var body = Json.MAPPER.createObjectNode();
            body.set("status", Json.MAPPER.valueToTree(ChangeRecords.status(result, clock.instant())));
            server.write(
                    "PATCH",
                    path(key[0], key[1]) + "/status",
                    "application/merge-patch+json",
                    body.toString(),
                    PATIENCE);
            return new Closing.Written();
        } catch (IOException e) {
            if (isGone(e)) {
                LOG.debug("The record of change {} is not there, so nothing is left open", name);
                return new Closing.Written();
            }
            LOG.warn("The outcome of change {} could not be written: {}", name, e.getMessage());
            var message = String.valueOf(e.getMessage());
            return Answer.of(e) == Answer.FORBIDDEN ? new Closing.Forbidden(message) : new Closing.NotWritten(message);
        }
    }

    /// A record is named; a kind that is not served, as while the API server starts, is not.
    private static boolean isGone(IOException e) {
        return e instanceof ApiException answer
                && answer.code() == 404
                && !String.valueOf(e.getMessage()).contains("could not find the requested resource");
    }

    /// Deletes a record; one that is not there is deleted already.
    ///
    /// @param name as its [Logged] tells it
    /// @throws IOException when the API server refuses or does not answer
    public void forget(String name) throws IOException {
        var key = name.split("/", 2);
        server.delete(path(key[0], key[1]), PATIENCE);
    }

    @Override
    public void read(Consumer<Logged> each) {
        readReports(report -> each.accept(report.logged()));
    }

    @Override
    public List<Logged> undos() {
        var undos = new ArrayList<Logged>();
        read(read + "?labelSelector=" + ChangeRecords.UNDO_LABEL, report -> undos.add(report.logged()));
        undos.sort(Logged.OLDEST_FIRST);
        return undos;
    }

    @Override
    public Optional<Logged> record(String name) {
        var key = name.split("/", 2);
        try (var answer = server.open(path(key[0], key[1]), PATIENCE)) {
            return report(Json.MAPPER.readTree(answer)).map(ChangeReport::logged);
        } catch (IOException e) {
            if (isGone(e)) {
                return Optional.empty();
            }
            throw unreadable(e);
        }
    }

    /// As [#read], with what was said of each pod.
    public void readReports(Consumer<ChangeReport> each) {
        read(read, each);
    }

    private void read(String path, Consumer<ChangeReport> each) {
        try {
            ApiPages.read(server, path, PATIENCE, item -> report(item).ifPresent(each));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static JournalUnreadable unreadable(IOException e) {
        return new JournalUnreadable("the records of changes cannot be read: " + e.getMessage(), e);
    }

    /// A record that somebody has made unreadable keeps none of the others from being finished.
    private static Optional<ChangeReport> report(JsonNode item) {
        try {
            return Optional.of(ChangeRecords.report(Json.MAPPER.treeToValue(item, ChangeRecord.class)));
        } catch (JsonProcessingException | RuntimeException e) {
            LOG.warn(
                    "A record of a change makes no sense: {}/{}: {}",
                    item.path("metadata").path("namespace").asText(),
                    item.path("metadata").path("name").asText(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static String path(String namespace) {
        return ApiPath.of(OF_NAMESPACE, namespace);
    }

    private static String path(String namespace, String name) {
        return ApiPath.of(OF_NAMESPACE + "/%s", namespace, name);
    }
}
