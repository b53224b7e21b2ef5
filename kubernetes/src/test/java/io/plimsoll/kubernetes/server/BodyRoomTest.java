package io.plimsoll.kubernetes.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyRoomTest {

    private static final int MIB = 1 << 20;

    private final BodyRoom room = new BodyRoom(new ClientLimits(64 * MIB, 96L * MIB, 8, 5_000, 10_000, 120_000));
    private final List<String> admitted = new ArrayList<>();

    @Test
    void take_secondLargeBody_waitsUntilTheFirstIsGiven() {
        assertThat(room.take(60 * MIB)).isTrue();
        assertThat(room.take(60 * MIB)).isFalse();
        room.await("second", 60 * MIB, () -> admitted.add("second"));

        room.give(60 * MIB);

        assertThat(admitted).containsExactly("second");
        assertThat(room.bytes()).isEqualTo(60 * MIB);
    }

    @Test
    void take_smallBodyBesideWaitingLargeOnes_goesPastThem() {
        room.take(60 * MIB);
        room.await("large", 60 * MIB, () -> admitted.add("large"));

        assertThat(room.take(MIB)).isTrue();
        assertThat(admitted).isEmpty();
    }

    @Test
    void take_largeBodyBehindAWaitingOne_doesNotOvertakeIt() {
        room.take(60 * MIB);
        room.await("first", 60 * MIB, () -> admitted.add("first"));

        assertThat(room.take(2 * MIB)).isFalse();
    }

    @Test
    void give_severalFitThen_admitsThemInOrder() {
        room.take(64 * MIB);
        for (var name : List.of("a", "b", "c")) {
            room.await(name, 30 * MIB, () -> admitted.add(name));
        }

        room.give(64 * MIB);

        assertThat(admitted).containsExactly("a", "b");
    }

    @Test
    void give_firstLargeOneStillTooLarge_lettingNoOtherLargeOnePastIt() {
        room.take(5 * MIB);
        room.take(5 * MIB);
        room.await("large", 60 * MIB, () -> admitted.add("large"));
        room.await("later", 5 * MIB, () -> admitted.add("later"));
        room.await("small", MIB, () -> admitted.add("small"));

        room.give(5 * MIB);

        assertThat(admitted).containsExactly("small");
    }

    @Test
    void leave_whileWaiting_isNotAdmitted() {
        room.take(60 * MIB);
        room.await("gone", 60 * MIB, () -> admitted.add("gone"));

        room.leave("gone");
        room.give(60 * MIB);

        assertThat(admitted).isEmpty();
        assertThat(room.bytes()).isZero();
    }

    @Test
    void reuse_hugeBody_isNotKept() {
        room.reuse(new RequestBody(60 * MIB));
        room.reuse(new RequestBody(6 * MIB));

        assertThat(room.spareBytes()).isEqualTo(6 * MIB);
    }

    @Test
    void sweep_sparesUnusedForLong_letsGoOfThem() {
        room.body(0, 1_000);
        room.reuse(new RequestBody(6 * MIB));

        room.sweep(11_000);
        assertThat(room.spareBytes()).isEqualTo(6 * MIB);

        room.sweep(11_001);
        assertThat(room.spareBytes()).isZero();
    }

    @Test
    void body_spareOfItsLengthAtHand_isThatOne() {
        var small = new RequestBody(2 * MIB);
        var large = new RequestBody(4 * MIB);
        room.reuse(small);
        room.reuse(large);

        assertThat(room.body(3 * MIB, 0)).isSameAs(large);
        assertThat(room.body(3 * MIB, 0).capacity()).isEqualTo(BodyRoom.FIRST_BYTES);
    }

    @Test
    void body_severalSparesFit_isTheSmallestOfThem() {
        var small = new RequestBody(BodyRoom.FIRST_BYTES);
        room.reuse(new RequestBody(8 * MIB));
        room.reuse(small);

        assertThat(room.body(1_000, 0)).isSameAs(small);
    }

    @Test
    void take_bodiesAndSparesComeToMoreThanTheTotal_letsGoOfSpares() {
        for (int i = 0; i < 4; i++) {
            room.reuse(new RequestBody(8 * MIB));
        }

        room.take(60 * MIB);
        assertThat(room.spareBytes()).isEqualTo(32 * MIB);

        for (int i = 0; i < 10; i++) {
            room.take(MIB);
        }
        assertThat(room.spareBytes() + room.bytes()).isLessThanOrEqualTo(96 * MIB);
    }

    @Test
    void add_roomReserved_copiesNothingTwice() {
        var body = room.body(3 * MIB, 0);
        body.add(Unpooled.wrappedBuffer(new byte[64 << 10]), 64 * MIB);
        body.reserve(3 * MIB);
        var bytes = body.bytes();
        for (int i = 1; i < 48; i++) {
            body.add(Unpooled.wrappedBuffer(new byte[64 << 10]), 64 * MIB);
        }

        assertThat(body.bytes()).isSameAs(bytes);
        assertThat(body.length()).isEqualTo(3 * MIB);
    }
}
