package io.plimsoll.extender.decision;

import static io.plimsoll.extender.Clusters.cluster;

import com.sun.management.ThreadMXBean;
import io.plimsoll.extender.Requests;
import io.plimsoll.extender.wire.ReplyBuffer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/// How many bytes a warm answer on 500 nodes allocates, which is what the optimising compiler makes of it. Tests have
/// none: a process of its own.
///
/// Arguments: `ENOUGH MILLIS`. Prints the least that was seen once it is below `ENOUGH` bytes, or when that time is
/// over:
/// what the compiler has not got to yet allocates more.
public final class AnswerAllocation {

    private static final int CALLS = 100;

    private AnswerAllocation() {}

    public static void main(String[] arguments) {
        long enough = Long.parseLong(arguments[0]);
        long end = System.nanoTime() + Long.parseLong(arguments[1]) * 1_000_000;
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var image = cluster().nodes(500, "n").image();
        var adviser = AdviserTest.adviser(image, () -> 0);
        var body = Requests.names(image.nodeTable().names()).getBytes(StandardCharsets.UTF_8);
        var reply = new ReplyBuffer();
        long least = Long.MAX_VALUE;
        while (least >= enough && System.nanoTime() < end) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                adviser.answer(Verb.PRIORITIZE, body, body.length, reply);
            }
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / CALLS);
        }
        System.out.println(least);
    }
}
