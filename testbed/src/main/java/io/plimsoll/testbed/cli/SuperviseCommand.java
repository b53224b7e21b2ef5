package io.plimsoll.testbed.cli;

import io.plimsoll.testbed.controlplane.ControlPlane;
import io.plimsoll.testbed.controlplane.RealNodes;
import io.plimsoll.testbed.controlplane.RealNodes.RealNodesHandle;
import io.plimsoll.testbed.controlplane.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The process behind `testbed up`: owns the control plane and the real nodes until it is asked to stop.
///
/// When it is killed, the kernel ends its processes with it, and the next command removes the rest.
@Command(name = "supervise", hidden = true, description = "Used by up: watches over the testbed until down.")
final class SuperviseCommand implements Callable<Integer> {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final StandingTestbed standing = StandingTestbed.ofThisUser();

    @Mixin
    private UpOptions options = new UpOptions();

    @Override
    public Integer call() {
        standing.supervisedByThisProcess();
        try (ControlPlane controlPlane = ControlPlane.start(options.settings(SuperviseCommand::say));
                RealNodesHandle _ = startRealNodes(controlPlane)) {
            standing.ready(controlPlane.folder());
            awaitStop();
            say("stopping");
            return 0;
        } catch (TestbedException e) {
            standing.failed(String.valueOf(e.getMessage()));
            return 1;
        } catch (RuntimeException e) {
            standing.failed(e.toString());
            throw e;
        }
    }

    private RealNodesHandle startRealNodes(ControlPlane controlPlane) {
        if (options.realNodes() == 0) {
            return () -> {};
        }
        Path folder = controlPlane.folder().resolve(RealNodes.FOLDER);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new TestbedException("cannot make " + folder, e);
        }
        say("starting " + options.realNodes() + " real nodes");
        return ServiceLoader.load(RealNodes.class)
                .findFirst()
                .orElseThrow(() -> new TestbedException("real nodes are not part of this build"))
                .start(controlPlane, options.realNodes(), folder);
    }

    private void awaitStop() {
        try {
            while (!standing.isAskedToStop()) {
                Thread.sleep(LOOK_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(String line) {
        System.err.println(line);
    }
}
