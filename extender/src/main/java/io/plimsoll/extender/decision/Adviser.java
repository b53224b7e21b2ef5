package io.plimsoll.extender.decision;

import io.plimsoll.extender.wire.ExtenderArgs;
import io.plimsoll.extender.wire.MalformedRequest;
import io.plimsoll.extender.wire.Preemption;
import io.plimsoll.extender.wire.Replies;
import io.plimsoll.extender.wire.ReplyBuffer;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Reason;
import io.plimsoll.model.placement.SpeculativeShares;
import io.plimsoll.model.placement.WireScores;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Answers one request after the other: decodes it, decides on one image, encodes the reply and says what it did.
/// Mutable, reuses its buffers, and belongs to one thread. No input or output, no lock, no waiting.
///
/// Whatever goes wrong while the candidates can be told, the answer is *neutral*: filter accepts every node, prioritize
/// gives equal scores, and the [Decision] says why. Only a request whose candidates cannot be told throws, with
/// [MalformedRequest].
public final class Adviser {

    private final Supplier<ClusterImage> images;
    private final Placer placer;
    private final DecisionSettings settings;
    private final Consumer<Opinion> opinions;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    private final SpeculativeShares shares = new SpeculativeShares();
    private final ExtenderArgs args = new ExtenderArgs();
    private final ReplyBuffer reply = new ReplyBuffer();
    /// For each candidate what is sent of it: its score, or why it is rejected.
    private byte[] marks = {};

    /// @param opinions takes what would have been said in shadow mode; is called on the adviser's thread
    /// @param nanoTime runs like [System#nanoTime]
    public Adviser(
            Supplier<ClusterImage> images,
            PlacementConfig placement,
            DecisionSettings settings,
            Consumer<Opinion> opinions,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.images = images;
        this.placer = new Placer(placement);
        this.settings = settings;
        this.opinions = opinions;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /// The reply to the last request, good until the next one.
    public ReplyBuffer reply() {
        return reply;
    }

    /// Answers a request; the reply is then in [#reply].
    ///
    /// @param body holds the request in its first `length` bytes
    public Decision answer(Verb verb, byte[] body, int length) {
        long startNanos = nanoTime.getAsLong();
        var draft = new Draft(verb, clock.millis(), startNanos + settings.deadlineMillis() * 1_000_000);
        switch (verb) {
            case FILTER -> filter(draft, body, length);
            case PRIORITIZE -> prioritize(draft, body, length);
            case PREEMPT -> Preemption.echo(body, length, reply);
        }
        return draft.finish(nanoTime.getAsLong() - startNanos);
    }

    private void filter(Draft draft, byte[] body, int length) {
        decide(draft, body, length, this::judge);
        if (draft.isNeutral() || draft.rejected.isEmpty()) {
            Replies.allAccepted(args, reply);
        } else {
            Replies.filtered(args, marks, reply);
        }
    }

    private void prioritize(Draft draft, byte[] body, int length) {
        decide(draft, body, length, this::rank);
        if (draft.isNeutral()) {
            Replies.equalScores(args, reply);
        } else {
            Replies.scores(args, marks, reply);
        }
    }

    private interface Work {
        void run(Draft draft, ClusterImage image, PodToPlace pod) throws OutOfTime;
    }

    /// The time for a decision is over.
    private static final class OutOfTime extends Exception {
        private static final long serialVersionUID = 1L;

        OutOfTime() {
            super("out of time", null, false, false);
        }
    }

    /// Reads the request and runs `work`, or marks the draft neutral with what speaks against it.
    private void decide(Draft draft, byte[] body, int length, Work work) {
        var image = image(draft);
        args.read(body, length, image.nodeTable());
        draft.asked(args);
        try {
            var spec = args.pod();
            spec.ifPresent(draft::about);
            if (draft.isNeutral()) {
                return;
            }
            var pod = spec.map(p -> PodToPlace.of(image, p));
            var objection = objection(image, pod, draft.nowMillis);
            if (objection.isPresent()) {
                draft.neutral(objection.get(), "");
                return;
            }
            lookAtClock(draft);
            work.run(draft, image, pod.orElseThrow());
            if (settings.shadow()) {
                draft.neutral(NeutralCause.SHADOW, "");
            }
        } catch (MalformedRequest e) {
            draft.neutral(NeutralCause.POD_UNREADABLE, String.valueOf(e.getMessage()));
        } catch (OutOfTime e) {
            draft.neutral(NeutralCause.DEADLINE, "");
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            draft.neutral(NeutralCause.ERROR, e.toString());
        }
    }

    private ClusterImage image(Draft draft) {
        try {
            return images.get();
        } catch (RuntimeException e) {
            draft.neutral(NeutralCause.ERROR, e.toString());
            return ClusterImage.EMPTY;
        }
    }

    private Optional<NeutralCause> objection(ClusterImage image, Optional<PodToPlace> pod, long nowMillis) {
        if (image.confirmedAtMillis() == 0) {
            return Optional.of(NeutralCause.NOT_SYNCED);
        }
        if (nowMillis - image.confirmedAtMillis() > settings.imageAgeMillisMax()) {
            return Optional.of(NeutralCause.IMAGE_OLD);
        }
        if (pod.isEmpty()) {
            return Optional.of(NeutralCause.NO_POD);
        }
        if (pod.get().isOptedOut()) {
            return Optional.of(NeutralCause.OPTED_OUT);
        }
        return args.unknown() == args.count() ? Optional.of(NeutralCause.NO_KNOWN_NODE) : Optional.empty();
    }

    // Filter

    private void judge(Draft draft, ClusterImage image, PodToPlace pod) throws OutOfTime {
        shares.forget(pod.uid());
        var filtered = placer.filter(image, shares.at(image, draft.nowMillis), pod, knownSlots(), draft.nowMillis);
        lookAtClock(draft);
        reserve(args.count());
        for (int i = 0, next = 0; i < args.count(); i++) {
            boolean refused = next < filtered.refused().length && args.slot(i) == filtered.refused()[next];
            marks[i] = refused ? mark(draft, filtered.reasons().get(next++)) : 0;
        }
        draft.keptLeastBad = filtered.leastBad();
    }

    private static byte mark(Draft draft, Reason reason) {
        draft.reject(reason);
        return (byte) (reason.ordinal() + 1);
    }

    // Prioritize

    private void rank(Draft draft, ClusterImage image, PodToPlace pod) throws OutOfTime {
        var slots = knownSlots();
        shares.forget(pod.uid());
        var scores = placer.rank(image, shares.at(image, draft.nowMillis), pod, slots, draft.nowMillis)
                .scores();
        lookAtClock(draft);
        var sent = WireScores.of(scores);
        reserve(args.count());
        for (int i = 0, known = 0; i < args.count(); i++) {
            marks[i] = args.slot(i) == NodeTable.ABSENT ? WireScores.NEUTRAL : sent[known++];
        }
        draft.top = ranked(image, slots, scores, sent, top(scores));
        if (settings.shadow()) {
            opinions.accept(new Opinion(pod, image, slots, draft.top.getFirst().score(), draft.nowMillis));
        } else {
            shares.expect(pod, band(slots, sent), image.nodeTable(), draft.nowMillis);
        }
    }

    /// The nodes that were given the most.
    private static int[] band(int[] slots, byte[] sent) {
        byte most = 0;
        for (byte score : sent) {
            most = (byte) Math.max(most, score);
        }
        var band = new int[slots.length];
        int count = 0;
        for (int i = 0; i < slots.length; i++) {
            if (sent[i] == most) {
                band[count++] = slots[i];
            }
        }
        return Arrays.copyOf(band, count);
    }

    private int[] knownSlots() {
        var slots = new int[args.count() - args.unknown()];
        for (int i = 0, known = 0; i < args.count(); i++) {
            if (args.slot(i) != NodeTable.ABSENT) {
                slots[known++] = args.slot(i);
            }
        }
        return slots;
    }

    /// The positions of the highest scores, highest first; of equal ones the first.
    private static int[] top(float[] scores) {
        var top = new int[Math.min(Decision.TOP_MAX, scores.length)];
        int filled = 0;
        for (int i = 0; i < scores.length; i++) {
            if (filled == top.length && scores[i] <= scores[top[filled - 1]]) {
                continue;
            }
            int at = filled < top.length ? filled++ : filled - 1;
            for (; at > 0 && scores[top[at - 1]] < scores[i]; at--) {
                top[at] = top[at - 1];
            }
            top[at] = i;
        }
        return top;
    }

    private static List<Decision.Ranked> ranked(
            ClusterImage image, int[] slots, float[] scores, byte[] sent, int[] top) {
        var ranked = new ArrayList<Decision.Ranked>(top.length);
        for (int i : top) {
            ranked.add(new Decision.Ranked(image.nodeTable().names().get(slots[i]), scores[i], sent[i]));
        }
        return ranked;
    }

    private void lookAtClock(Draft draft) throws OutOfTime {
        if (nanoTime.getAsLong() - draft.deadlineNanos > 0) {
            throw new OutOfTime();
        }
    }

    private void reserve(int count) {
        if (marks.length < count) {
            marks = new byte[count * 2];
        }
    }
}
