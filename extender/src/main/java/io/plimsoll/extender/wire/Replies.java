package io.plimsoll.extender.wire;

import io.plimsoll.extender.wire.ExtenderArgs.Form;
import io.plimsoll.model.placement.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes what kube-scheduler reads: keys in PascalCase, whole numbers only, nothing after the value.
///
/// Candidates go back as the very bytes they came in, without a copy where they come in long pieces.
public final class Replies {

    private static final byte[] NAMES = ascii("{\"Nodes\":null,\"NodeNames\":");
    private static final byte[] NODES = ascii("{\"Nodes\":");
    private static final byte[] ITEMS = ascii("{\"metadata\":{},\"items\":[");
    private static final byte[] NO_NAMES = ascii(",\"NodeNames\":null");
    private static final byte[] FAILED = ascii(",\"FailedNodes\":{},\"FailedAndUnresolvableNodes\":{");
    private static final byte[] NO_ERROR = ascii("},\"Error\":\"\"}");
    private static final byte[][] REASONS = Arrays.stream(Reason.values())
            .map(reason -> ascii("\":\"" + reason.text() + "\""))
            .toArray(byte[][]::new);

    private Replies() {}

    /// The answer to prioritize: the same score for every candidate, so that none is preferred.
    public static void equalScores(ExtenderArgs args, ReplyBuffer out) {
        scores(args, new byte[args.count()], out);
    }

    /// The answer to prioritize.
    ///
    /// @param scores 0 to 10 for each candidate
    public static void scores(ExtenderArgs args, byte[] scores, ReplyBuffer out) {
        out.clear();
        out.put('[');
        for (int i = 0; i < args.count(); i++) {
            out.hostAndScore(args.body(), args.nameFrom(i), args.nameTo(i), scores[i]);
        }
        if (args.count() > 0) {
            out.dropLast();
        }
        out.put(']');
    }

    /// The answer to filter that accepts every candidate.
    public static void allAccepted(ExtenderArgs args, ReplyBuffer out) {
        out.clear();
        switch (args.form()) {
            case NONE -> out.put(NAMES).put('[').put(']');
            case NAMES -> out.put(NAMES).echo(args.body(), args.listFrom(), args.listTo());
            case NODES ->
                out.put(NODES).echo(args.body(), args.listFrom(), args.listTo()).put(NO_NAMES);
        }
        out.put(FAILED).put(NO_ERROR);
    }

    /// The answer to filter.
    ///
    /// @param rejections for each candidate 0 if it is accepted, else one more than the ordinal of the [Reason]
    public static void filtered(ExtenderArgs args, byte[] rejections, ReplyBuffer out) {
        out.clear();
        if (args.form() == Form.NODES) {
            out.put(NODES).put(ITEMS);
            acceptedItems(args, rejections, out);
            out.put(']').put('}').put(NO_NAMES);
        } else {
            out.put(NAMES).put('[');
            acceptedNames(args, rejections, out);
            out.put(']');
        }
        out.put(FAILED);
        rejected(args, rejections, out);
        out.put(NO_ERROR);
    }

    private static void acceptedItems(ExtenderArgs args, byte[] rejections, ReplyBuffer out) {
        boolean first = true;
        for (int i = 0; i < args.count(); i++) {
            if (rejections[i] == 0) {
                separate(first, out);
                out.echo(args.body(), args.itemFrom(i), args.itemTo(i));
                first = false;
            }
        }
    }

    private static void acceptedNames(ExtenderArgs args, byte[] rejections, ReplyBuffer out) {
        boolean first = true;
        for (int i = 0; i < args.count(); i++) {
            if (rejections[i] == 0) {
                separate(first, out);
                out.echo(args.body(), args.nameFrom(i) - 1, args.nameTo(i) + 1);
                first = false;
            }
        }
    }

    private static void rejected(ExtenderArgs args, byte[] rejections, ReplyBuffer out) {
        boolean first = true;
        for (int i = 0; i < args.count(); i++) {
            if (rejections[i] != 0) {
                separate(first, out);
                out.put('"').echo(args.body(), args.nameFrom(i), args.nameTo(i)).put(REASONS[rejections[i] - 1]);
                first = false;
            }
        }
    }

    private static void separate(boolean first, ReplyBuffer out) {
        if (!first) {
            out.put(',');
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
