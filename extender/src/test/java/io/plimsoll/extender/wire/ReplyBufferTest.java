package io.plimsoll.extender.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class ReplyBufferTest {

    private final ReplyBuffer reply = new ReplyBuffer();

    @Test
    void echo_longPiece_isNotCopied() {
        var body = "x".repeat(60_000_000).getBytes(StandardCharsets.US_ASCII);
        reply.put('[');
        reply.echo(body, 0, body.length);
        reply.put(']');

        var pieces = new ArrayList<byte[]>();
        reply.forEachPiece((bytes, from, to) -> pieces.add(bytes));

        assertThat(reply.length()).isEqualTo(60_000_002);
        assertThat(pieces.get(1)).isSameAs(body);
        assertThat(reply.capacity()).isLessThan(10_000);
    }

    @Test
    void clear_afterAHugeReply_keepsLittle() {
        for (int i = 0; i < 200_000; i++) {
            reply.put("1234567890".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(reply.capacity()).isGreaterThan(2_000_000);

        reply.clear();

        assertThat(reply.capacity()).isLessThan(10_000);
        assertThat(reply.length()).isZero();
    }

    @Test
    void hostAndScore_anyScore_isWrittenAsGoReadsIt() {
        var body = "n1".getBytes(StandardCharsets.US_ASCII);
        reply.hostAndScore(body, 0, 2, 0);
        reply.hostAndScore(body, 0, 1, 10);
        reply.dropLast();

        assertThat(reply).hasToString("{\"Host\":\"n1\",\"Score\":0},{\"Host\":\"n\",\"Score\":10}");
    }
}
