package io.plimsoll.kubernetes.policy;

import io.plimsoll.kubernetes.api.ApiServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/// What the API server tells of its kinds, asked for once a turn at most, be it answered or not. Belongs to one loop.
///
/// | a kind | is looked up in |
/// |---|---|
/// | that the last answer has | that answer, until it is too old |
/// | that it lacks, such as one just defined | an answer of this turn |
final class KindDiscovery {

    private final ApiServer server;
    private final LongSupplier nanoTime;
    private final Duration ageMax;
    private Optional<KindDirectory> directory = Optional.empty();
    private long readAtNanos;
    private boolean isAsked;
    private Optional<IOException> failure = Optional.empty();

    /// @param server its owner closes it
    /// @param ageMax of an answer that is still gone by
    KindDiscovery(ApiServer server, LongSupplier nanoTime, Duration ageMax) {
        this.server = server;
        this.nanoTime = nanoTime;
        this.ageMax = ageMax;
    }

    void beginTurn() {
        isAsked = false;
        failure = Optional.empty();
    }

    /// @throws KindDirectory.NoPlace when the API server lists no such kind, or several
    /// @throws IOException when it could not be asked in this turn
    KindDirectory.Place place(String kind) throws IOException {
        if (!isAsked && !isTold(kind)) {
            ask();
        }
        if (failure.isPresent() && !isTold(kind)) {
            throw failure.get();
        }
        return directory.orElseThrow().place(kind);
    }

    private boolean isTold(String kind) {
        return nanoTime.getAsLong() - readAtNanos < ageMax.toNanos()
                && directory.filter(last -> last.has(kind)).isPresent();
    }

    private void ask() {
        long nowNanos = nanoTime.getAsLong();
        try {
            directory = Optional.of(KindDirectory.read(server));
            readAtNanos = nowNanos;
        } catch (IOException e) {
            failure = Optional.of(e);
        }
        isAsked = true;
    }
}
