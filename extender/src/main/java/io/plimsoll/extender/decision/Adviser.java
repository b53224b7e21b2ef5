package io.plimsoll.extender.decision;

import io.plimsoll.extender.wire.ExtenderArgs;
import io.plimsoll.extender.wire.MalformedRequest;
import io.plimsoll.extender.wire.Preemption;
import io.plimsoll.extender.wire.Replies;
import io.plimsoll.extender.wire.ReplyBuffer;
import io.plimsoll.model.cluster.ClusterImage;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.cluster.OptOut;
import io.plimsoll.model.placement.PlacementConfig;
import io.plimsoll.model.placement.Placer;
import io.plimsoll.model.placement.PodToPlace;
import io.plimsoll.model.placement.Shares;
import io.plimsoll.model.placement.Verdict;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Answers one request after the other: decodes it, decides on one image, encodes the reply and says what it did.
/// Mutable, reuses its buffers, and belongs to one thread. No input or output, no lock, no waiting.
///
/// Whatever goes wrong while the candidates can be told, the answer is *neutral*: filter accepts every node, prioritize
/// gives equal scores, and the [Decision] says why. Only a request whose candidates cannot be told throws, with
/// [MalformedRequest].
public final class Adviser {

    /// How many nodes are judged or ranked between two looks at the clock.
    private static final int STRIDE = 256;

    /// What a node that is not in the image gets, out of 10: it may be new and good, or a wrong name.
    private static final byte UNKNOWN_SCORE = 5;

    private final Supplier<ClusterImage> images;
    private final Placer placer;
    private final int keepLeastBad;
    private final DecisionSettings settings;
    private final Expectations expectations;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    private final ExtenderArgs args = new ExtenderArgs();
    private final ReplyBuffer reply = new ReplyBuffer();
    /// For each candidate what is sent of it: its score, or why it is rejected.
    private byte[] marks = {};

    private float[] values = {};

    /// @param nanoTime runs like [System#nanoTime]
    public Adviser(
            Supplier<ClusterImage> images,
            PlacementConfig placement,
            DecisionSettings settings,
            Expectations expectations,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.images = images;
        this.placer = new Placer(placement);
        this.keepLeastBad = placement.keepLeastBad();
        this.settings = settings;
        this.expectations = expectations;
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
        if (pod.get().optOuts().contains(OptOut.SCORE)) {
            return Optional.of(NeutralCause.OPTED_OUT);
        }
        return args.unknown() == args.count() && args.count() > 0
                ? Optional.of(NeutralCause.NO_KNOWN_NODE)
                : Optional.empty();
    }

    // Filter

    private void judge(Draft draft, ClusterImage image, PodToPlace pod) throws OutOfTime {
        var shares = expectations.at(image, draft.nowMillis);
        reserve(args.count());
        int unfit = 0;
        for (int i = 0; i < args.count(); i++) {
            lookAtClock(draft, i);
            marks[i] = 0;
            if (args.slot(i) != NodeTable.ABSENT
                    && placer.judge(image, shares, pod, args.slot(i), draft.nowMillis)
                            instanceof Verdict.Unfit(var reason, double severity)) {
                marks[i] = (byte) (reason.ordinal() + 1);
                values[i] = (float) severity;
                draft.reject(reason);
                unfit++;
            }
        }
        if (unfit > 0 && unfit == args.count()) {
            keepLeastBad(draft);
        }
    }

    /// Accepts the least bad nodes all the same, since a pod that no node may have would wait for ever.
    private void keepLeastBad(Draft draft) {
        draft.keptLeastBad = true;
        for (int kept = 0; kept < Math.min(keepLeastBad, args.count()); kept++) {
            marks[leastBad()] = 0;
        }
    }

    private int leastBad() {
        int best = -1;
        for (int i = 0; i < args.count(); i++) {
            if (marks[i] != 0 && (best < 0 || values[i] < values[best])) {
                best = i;
            }
        }
        return best;
    }

    // Prioritize

    private void rank(Draft draft, ClusterImage image, PodToPlace pod) throws OutOfTime {
        var shares = expectations.at(image, draft.nowMillis);
        var slots = knownSlots();
        var scores = scores(draft, image, pod, shares, slots);
        var sent = WireScores.of(scores);
        reserve(args.count());
        for (int i = 0, known = 0; i < args.count(); i++) {
            marks[i] = args.slot(i) == NodeTable.ABSENT ? UNKNOWN_SCORE : sent[known++];
        }
        var top = top(scores);
        draft.top = ranked(image, slots, scores, sent, top);
        if (!settings.shadow()) {
            expectations.expect(pod, Arrays.stream(top).map(i -> slots[i]).toArray(), image, draft.nowMillis);
        }
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

    private float[] scores(Draft draft, ClusterImage image, PodToPlace pod, Shares shares, int[] slots)
            throws OutOfTime {
        var scores = new float[slots.length];
        for (int from = 0; from < slots.length; from += STRIDE) {
            lookAtClock(draft, from);
            var part = Arrays.copyOfRange(slots, from, Math.min(slots.length, from + STRIDE));
            var ranking = placer.rank(image, shares, pod, part, draft.nowMillis);
            System.arraycopy(ranking.scores(), 0, scores, from, part.length);
        }
        return scores;
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

    private void lookAtClock(Draft draft, int done) throws OutOfTime {
        if (done % STRIDE == 0 && nanoTime.getAsLong() - draft.deadlineNanos > 0) {
            throw new OutOfTime();
        }
    }

    private void reserve(int count) {
        if (marks.length < count) {
            marks = new byte[count * 2];
            values = new float[count * 2];
        }
    }
}
