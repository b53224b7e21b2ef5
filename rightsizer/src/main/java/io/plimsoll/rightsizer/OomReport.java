package io.plimsoll.rightsizer;

import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.cluster.Resources;
import io.plimsoll.model.recommendation.ResourceKind;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// What is told of a container that was killed for memory and was given more, or was not in the end.
///
/// @param record the name of the change's record; empty where new pods alone are given more
/// @param kills how often it was killed at the limit that it had, as far as pods tell; at least 1
/// @param killedAtMillis when it was killed last before the change, epoch milliseconds; where no pod tells any
///     more, when the change was recorded
/// @param killsSince how often it was killed with what it was given
/// @param before what it had
/// @param after what it was given
/// @param why it was taken back, where it was
public record OomReport(
        Owner workload,
        String container,
        State state,
        String record,
        int kills,
        long killedAtMillis,
        int killsSince,
        Memory before,
        Memory after,
        String why) {

    /// On pods that have more memory since a container of theirs was killed for it: `kubectl get pods -l` finds
    /// them.
    public static final String LABEL = "plimsoll.io/oom-raised";

    /// So long it is told of.
    public static final Duration KEPT = Duration.ofDays(7);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// What became of it.
    public enum State {
        RAISED,
        TAKEN_BACK,
        FAILED,
        /// Nothing that runs is changed: pods start with it.
        NEW_PODS
    }

    /// @param requestBytes 0 for none
    public record Memory(long requestBytes, long limitBytes) {

        static Memory of(Resources requests, Resources limits) {
            return new Memory(requests.memoryBytes(), limits.memoryBytes());
        }
    }

    /// For a developer who has never heard of Plimsoll: what happened, what was done, what is left to do;
    /// last what may be too long to be told whole.
    String sentence() {
        return "Container " + container + " was killed for memory at its limit of " + text(before.limitBytes()) + " ("
                + (kills > 1 ? kills + " times, last at " : "") + TIME.format(Instant.ofEpochMilli(killedAtMillis))
                + "). " + done();
    }

    private String done() {
        var place = Place.of(workload);
        return switch (state) {
            case RAISED ->
                "Plimsoll raised " + raise() + " in the running pods" + since() + ". Write that into " + place.words()
                        + place.since() + ", unless Plimsoll's webhook sizes them.";
            case NEW_PODS ->
                place.isMadeByHand()
                        ? "It needs " + text(after.limitBytes()) + " or more. Write that into " + place.words()
                                + ", and make it anew."
                        : "New pods are started with " + text(after.limitBytes())
                                + " or more, where Plimsoll's webhook is installed. Write that into " + place.words()
                                + ", and they do without it too.";
            case TAKEN_BACK ->
                "Plimsoll tried to raise " + raise()
                        + " and took that back. It will be killed again: raise the limit in " + place.words()
                        + (place.isMadeByHand() ? " and make it anew" : "")
                        + ", or find out what needs so much. Why it was taken back: " + why;
            case FAILED ->
                "Plimsoll tried to raise " + raise() + " and could neither do that nor take it back. "
                        + (place.isMadeByHand()
                                ? "Look at the pod, and make it anew if it does not run well."
                                : "Look at the pods, and delete those that do not run well.")
                        + " Why: " + why;
        };
    }

    /// Where a limit is written so that it stays.
    ///
    /// @param words as people find it
    /// @param since what it is good for
    /// @param isMadeByHand whether nobody makes its pods anew
    private record Place(String words, String since, boolean isMadeByHand) {

        static Place of(Owner workload) {
            var subject = workload.kind() + " " + workload.name();
            return switch (workload.kind()) {
                case "Pod" ->
                    new Place(
                            "the manifest that " + subject + " is made from",
                            ": nobody makes it anew, and pods that you make start with what stands there",
                            true);
                case "Job" ->
                    new Place(
                            "what creates " + subject + ", whose own template cannot be changed",
                            ": later Jobs start with what stands there",
                            false);
                case "CronJob" ->
                    new Place("the jobTemplate of " + subject, ": later runs start with what stands there", false);
                default ->
                    new Place(
                            "the template of " + subject,
                            ": pods that are made later start with what stands there",
                            false);
            };
        }
    }

    private String raise() {
        return "its limit to " + text(after.limitBytes())
                + (after.requestBytes() == before.requestBytes()
                        ? ""
                        : " and its request from " + text(before.requestBytes()) + " to " + text(after.requestBytes()));
    }

    private String since() {
        return killsSince == 0
                ? ""
                : "; since then it was killed " + (killsSince == 1 ? "once more" : killsSince + " times more");
    }

    private static String text(long bytes) {
        return bytes == 0 ? "none" : ResourceKind.MEMORY.text(bytes);
    }
}
