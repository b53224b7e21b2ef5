package io.plimsoll.testbed.realnodes;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What one process of this machine does at a time: real nodes of several testbeds share its network and its
/// kernel's settings, so that nobody may clear away the last ones while another one takes the first. Any thread
/// may wait for it; the kernel gives it up for a process that dies.
final class MachineLock {
    private static final Path FILE = Path.of("/run/plimsoll-real-nodes.lock");

    private MachineLock() {}

    /// What is done while nobody else does such a thing.
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    /// The lock of the file is the whole process's, so its threads take turns besides.
    static synchronized <T> T holding(Work<T> work) throws IOException, InterruptedException {
        try (FileChannel channel = FileChannel.open(FILE, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            return work.run();
        }
    }
}
