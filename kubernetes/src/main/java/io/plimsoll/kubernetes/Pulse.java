package io.plimsoll.kubernetes;

import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Patience;
import java.io.IOException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the API server for a sign of life. Belongs to the observing thread.
///
/// A watch over which nothing comes may be quiet, or its server may be out of reach with the connection still open
/// (a cable, a firewall, a machine that hangs): on the watch alone the difference shows after a minute and a half.
/// Every account may read `/livez` (role `system:public-info-viewer`); where one may not, the refusal is a sign of
/// life too. Errors from 500 on are none: a proxy has lost its API server, or that one its etcd, and then watches tell
/// nothing that is new.
final class Pulse {

    private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);

    private final ApiServer server;
    private final InstantSource clock;
    private final Patience patience;
    private long feltAtMillis;
    private boolean lost;

    Pulse(ApiServer server, InstantSource clock, Patience patience) {
        this.server = server;
        this.clock = clock;
        this.patience = patience;
    }

    /// When the last question was asked that got an answer, epoch milliseconds; 0 before.
    long feltAtMillis() {
        return feltAtMillis;
    }

    /// Asks once, within the patience.
    void feel() {
        long askedAtMillis = clock.millis();
        try (var answer = server.open("/livez", patience)) {
            answer.readAllBytes();
            felt(askedAtMillis);
        } catch (ApiException e) {
            if (e.code() < 500) {
                felt(askedAtMillis);
            } else {
                missed(e);
            }
        } catch (IOException e) {
            missed(e);
        }
    }

    private void felt(long askedAtMillis) {
        feltAtMillis = askedAtMillis;
        if (lost) {
            LOG.info("The API server is heard again");
        }
        lost = false;
    }

    private void missed(IOException e) {
        if (!lost && !Thread.currentThread().isInterrupted()) {
            LOG.warn(
                    "The API server is not heard, and the picture of the cluster grows old until it is: {}",
                    e.getMessage());
        }
        lost = true;
    }
}
