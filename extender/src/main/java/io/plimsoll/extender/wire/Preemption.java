package io.plimsoll.extender.wire;

import java.nio.charset.StandardCharsets;

/// Answers `ProcessPreemption` with the victims that came in: which pods to preempt stays the scheduler's choice.
///
/// The reply names victims by uid (`NodeNameToMetaVictims`), also where the request had whole pods: those are
/// the bulk of it, and skipped.
public final class Preemption {

    private static final byte[] META = ascii("{\"NodeNameToMetaVictims\":");
    private static final byte[] PODS = ascii("\":{\"Pods\":[");
    private static final byte[] UID = ascii("{\"UID\":\"");
    private static final byte[] END_OF_UID = ascii("\"}");
    private static final byte[] VIOLATIONS = ascii("],\"NumPDBViolations\":");

    private final JsonCursor json = new JsonCursor();
    private final byte[] body;
    private final ReplyBuffer out;
    private int metaFrom;
    private int metaTo;
    private int wholeFrom;
    private int wholeTo;
    private boolean first;
    private int uidFrom;
    private int uidTo;
    private String violations = "0";

    private Preemption(byte[] body, ReplyBuffer out) {
        this.body = body;
        this.out = out;
    }

    public static void echo(byte[] body, int length, ReplyBuffer out) {
        var preemption = new Preemption(body, out);
        preemption.read(length);
        out.clear();
        out.put(META);
        preemption.reply();
        out.put('}');
    }

    private void read(int length) {
        json.reset(body, length);
        json.expectType('{', "the request");
        json.fields(() -> {
            boolean isMeta = json.keySpells("nodenametometavictims");
            boolean isWhole = json.keySpells("nodenametovictims");
            int from = json.startOf('{', isMeta || isWhole, "the victims");
            json.skipValue();
            if (isMeta) {
                metaFrom = from;
                metaTo = json.at();
            } else if (isWhole) {
                wholeFrom = from;
                wholeTo = json.at();
            }
        });
    }

    private void reply() {
        if (metaTo > 0) {
            out.echo(body, metaFrom, metaTo);
        } else if (wholeTo > 0) {
            whole();
        } else {
            out.put('{').put('}');
        }
    }

    private void whole() {
        json.reset(body, wholeFrom, wholeTo);
        out.put('{');
        first = true;
        json.object("NodeNameToVictims", this::node);
        out.put('}');
    }

    private void node() {
        separate();
        out.put('"').echo(body, json.keyFrom(), json.keyTo()).put(PODS);
        first = true;
        violations = "0";
        json.object("victims", () -> {
            if (json.keySpells("pods")) {
                json.items("Pods", this::pod);
            } else if (json.keySpells("numpdbviolations")) {
                violations = json.scalar("NumPDBViolations");
            } else {
                json.skipValue();
            }
        });
        out.put(VIOLATIONS).put(ascii(violations)).put('}');
        first = false;
    }

    private void pod() {
        uidFrom = 0;
        uidTo = 0;
        json.object("a victim", () -> {
            if (json.keyIs("metadata")) {
                json.object("metadata", this::uid);
            } else {
                json.skipValue();
            }
        });
        separate();
        out.put(UID).echo(body, uidFrom, uidTo).put(END_OF_UID);
    }

    private void uid() {
        if (json.keyIs("uid")) {
            uidFrom = json.string("metadata.uid");
            uidTo = json.at() - 1;
        } else {
            json.skipValue();
        }
    }

    private void separate() {
        if (!first) {
            out.put(',');
        }
        first = false;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
