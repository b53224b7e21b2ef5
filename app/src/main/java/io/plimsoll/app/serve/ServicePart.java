package io.plimsoll.app.serve;

import io.plimsoll.extender.http.HealthCheck;
import java.util.List;

/// What one role adds to a service. Started once, after the picture of the cluster was made and before it is watched.
interface ServicePart extends AutoCloseable {

    /// Returns once it does its work, or goes about it in the background.
    void start() throws Exception;

    /// What must hold, or the process is to be started anew.
    List<HealthCheck> liveness();

    /// What must hold for calls to be sent here.
    List<HealthCheck> readiness();

    /// What it does and where, in words for the log; asked once started.
    String described();

    @Override
    void close();
}
