package io.plimsoll.extender.decision;

import io.plimsoll.extender.wire.ExtenderArgs;
import io.plimsoll.extender.wire.MalformedRequest;
import io.plimsoll.extender.wire.Preemption;
import io.plimsoll.extender.wire.Replies;
import io.plimsoll.extender.wire.ReplyBuffer;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.move.Reservations;
import io.plimsoll.model.placement.Circumstances;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Reason;
import io.plimsoll.model.placement.Shares;
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
/// Whatever goes wrong while the candidates can be told, the answer is *neutral*: filter accepts every node,
/// prioritize gives equal scores, and the [Decision] says why. Only a request whose candidates cannot be told
/// throws, with [MalformedRequest].
public final class Adviser {

    private final Supplier<ClusterImage> images;
    private final Supplier<Circumstances> circumstances;
    private final Supplier<Reservations> reservations;
    private Placer placer;
    private final DecisionSettings settings;
    private final Consumer<Opinion> opinions;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    private final SpeculativeShares shares = new SpeculativeShares();
    private final ExtenderArgs args = new ExtenderArgs();
    /// For each candidate what is sent of it: its score, or why it is rejected.
    private byte[] marks = {};
    private int[] slots = {};
    private float[] scores = {};

    /// @param circumstances who hurts whom, and what hours it is; is asked once a request and must not wait
    /// @param reservations what moves of pods ask for
    /// @param opinions takes what would have been said in shadow mode; is called on the adviser's thread
    /// @param nanoTime runs like [System#nanoTime]
    public Adviser(
            Supplier<ClusterImage> images,
            Supplier<Circumstances> circumstances,
            Supplier<Reservations> reservations,
            PlacementConfig placement,
            DecisionSettings settings,
            Consumer<Opinion> opinions,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.images = images;
        this.circumstances = circumstances;
        this.reservations = reservations;
        this.placer = new Placer(placement);
        this.settings = settings;
        this.opinions = opinions;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /// Answers a request.
    ///
    /// @param body holds the request in its first `length` bytes; the reply refers to it
    public Decision answer(Verb verb, byte[] body, int length, ReplyBuffer reply) {
        long startNanos = nanoTime.getAsLong();
        var draft = new Draft(verb, clock.millis(), startNanos + settings.deadlineMillis() * 1_000_000);
        try {
            switch (verb) {
                case FILTER -> filter(draft, body, length, reply);
                case PRIORITIZE -> prioritize(draft, body, length, reply);
                case PREEMPT -> Preemption.echo(body, length, reply);
            }
        } finally {
            args.release();
        }
        return draft.finish(nanoTime.getAsLong() - startNanos);
    }

    private void filter(Draft draft, byte[] body, int length, ReplyBuffer reply) {
        decide(draft, body, length, this::judge);
        if (draft.isNeutral() || draft.rejected.isEmpty()) {
            Replies.allAccepted(args, reply);
            return;
        }
        try {
            Replies.filtered(args, marks, reply);
        } catch (RuntimeException | Error e) {
            draft.neutral(NeutralCause.ERROR, e.toString());
            Replies.allAccepted(args, reply);
        }
    }

    private void prioritize(Draft draft, byte[] body, int length, ReplyBuffer reply) {
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
        } catch (RuntimeException | Error e) {
            draft.neutral(NeutralCause.ERROR, e.toString());
        }
    }

    private ClusterImage image(Draft draft) {
        try {
            return images.get();
        } catch (RuntimeException | Error e) {
            draft.neutral(NeutralCause.ERROR, e.toString());
            return ClusterImage.EMPTY;
        }
    }

    private Optional<NeutralCause> objection(ClusterImage image, Optional<PodToPlace> pod, long nowMillis) {
        if (image.confirmedAtMillis() == 0) {
            return Optional.of(NeutralCause.NOT_SYNCED);
        }
        if (image.ageMillis(nowMillis) > settings.imageAgeMillisMax()) {
            return Optional.of(NeutralCause.IMAGE_OLD);
        }
        if (args.hasTooMany()) {
            return Optional.of(NeutralCause.TOO_MANY_NODES);
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
        var filtered = placer.filter(
                        image, pending(draft, image, pod), pod, knownSlots(), draft.nowMillis, () -> isOutOfTime(draft))
                .orElseThrow(OutOfTime::new);
        lookAtClock(draft);
        reserve(args.count());
        for (int i = 0, next = 0; i < args.count(); i++) {
            boolean refused = next < filtered.refused().length && args.slot(i) == filtered.refused()[next];
            marks[i] = refused ? mark(draft, image, i, filtered.reasons().get(next++)) : 0;
        }
        draft.keptLeastBad = filtered.leastBad();
    }

    private byte mark(Draft draft, ClusterImage image, int candidate, Reason reason) {
        draft.reject(image.nodeTable().names().get(args.slot(candidate)), reason);
        return (byte) (reason.ordinal() + 1);
    }

    /// What is on its way to nodes, or is to be.
    private Shares pending(Draft draft, ClusterImage image, PodToPlace pod) {
        return reservations.get().over(shares.at(image, draft.nowMillis), image.nodeTable(), pod.workload());
    }

    // Prioritize

    private void rank(Draft draft, ClusterImage image, PodToPlace pod) throws OutOfTime {
        var known = knownSlots();
        placer = placer.under(circumstances.get());
        shares.forget(pod.uid());
        var pending = pending(draft, image, pod);
        if (scores.length != known.length) {
            scores = new float[known.length];
        }
        if (!placer.score(image, pending, pod, known, scores, draft.nowMillis, () -> isOutOfTime(draft))) {
            throw new OutOfTime();
        }
        reservations.get().guide(pod.workload(), image.nodeTable(), known, scores);
        lookAtClock(draft);
        reserve(args.count());
        WireScores.of(scores, marks);
        reservations.get().guide(pod.workload(), image.nodeTable(), known, marks);
        draft.top = ranked(draft, image, pending, pod, known, top(scores));
        if (settings.shadow()) {
            opinions.accept(Opinion.of(pod, image.nodeTable(), known, scores, draft.nowMillis));
        } else {
            shares.expect(pod, band(known, marks), image.nodeTable(), draft.nowMillis);
        }
        draft.sent = spreadMarks(known.length);
    }

    /// Moves the marks of known candidates to their places among all of them; the others get the middle.
    ///
    /// @return how many candidates have each mark
    private List<Integer> spreadMarks(int known) {
        var counts = new int[WireScores.BEST + 1];
        for (int i = args.count() - 1, next = known - 1; i >= 0; i--) {
            marks[i] = args.slot(i) == NodeTable.ABSENT ? WireScores.NEUTRAL : marks[next--];
            counts[marks[i]]++;
        }
        var listed = new Integer[counts.length];
        Arrays.setAll(listed, mark -> counts[mark]);
        return List.of(listed);
    }

    /// The nodes that were given the most; where there are more of them than shares are kept for, evenly taken.
    private static int[] band(int[] slots, byte[] sent) {
        byte most = 0;
        int count = 0;
        for (int i = 0; i < slots.length; i++) {
            count = sent[i] > most ? 1 : sent[i] == most ? count + 1 : count;
            most = (byte) Math.max(most, sent[i]);
        }
        var band = new int[Math.min(count, SpeculativeShares.BAND_MAX)];
        for (int i = 0, next = 0, seen = 0; next < band.length; i++) {
            if (sent[i] == most && seen++ == (long) next * count / band.length) {
                band[next++] = slots[i];
            }
        }
        return band;
    }

    /// The slots of all candidates that are in the image, in an array that is good until the next request.
    /// Schedulers mostly name as many nodes as the time before.
    private int[] knownSlots() {
        int count = args.count() - args.unknown();
        if (slots.length != count) {
            slots = new int[count];
        }
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

    private List<Decision.Ranked> ranked(
            Draft draft, ClusterImage image, Shares pending, PodToPlace pod, int[] known, int[] top) {
        var best = new int[Math.min(Decision.WITH_PARTS_MAX, top.length)];
        Arrays.setAll(best, i -> known[top[i]]);
        var cards = placer.cards(image, pending, pod, best, known, draft.nowMillis);
        var ranked = new ArrayList<Decision.Ranked>(top.length);
        for (int i : top) {
            int rank = ranked.size();
            var why = rank < best.length
                    ? Optional.of(Decision.Why.of(cards.get(rank), pending, known[i]))
                    : Optional.<Decision.Why>empty();
            ranked.add(new Decision.Ranked(image.nodeTable().names().get(known[i]), scores[i], marks[i], why));
        }
        return ranked;
    }

    private void lookAtClock(Draft draft) throws OutOfTime {
        if (isOutOfTime(draft)) {
            throw new OutOfTime();
        }
    }

    private boolean isOutOfTime(Draft draft) {
        return nanoTime.getAsLong() - draft.deadlineNanos > 0;
    }

    private void reserve(int count) {
        if (marks.length < count) {
            marks = new byte[count * 2];
        }
    }
}
