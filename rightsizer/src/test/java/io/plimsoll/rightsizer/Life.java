package io.plimsoll.rightsizer;

import io.plimsoll.rightsizer.ApiLink.Asked;
import io.plimsoll.rightsizer.ApiLink.Fate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a process asks of the API server for a change, one request after the other, and where it ends: from its death
/// on nothing of it gets through. Looks at the same object one after the other are one step, since nothing lies between
/// them. Guarded by itself.
final class Life implements ApiLink.Fates {

    private final String end;
    private final List<String> steps = new ArrayList<>();
    private Optional<Asked> last = Optional.empty();
    private boolean isOver;

    private Life(String end) {
        this.end = end;
    }

    static Life withoutEnd() {
        return new Life("");
    }

    /// @param end `before` or `after` and one of the [#steps] of another life
    static Life until(String end) {
        return new Life(end);
    }

    /// E.g. `2 PATCH pods/web/resize`, which is the second of its kind.
    synchronized List<String> steps() {
        return List.copyOf(steps);
    }

    String end() {
        return end;
    }

    /// Whether nothing more comes of its last request either.
    synchronized boolean isOver() {
        return isOver;
    }

    @Override
    public synchronized Fate of(Asked asked) {
        if (last.isPresent()) {
            return new Fate.Lost();
        }
        var request = asked.method() + " " + named(asked.path());
        if (!isStep(asked) || (!asked.isWrite() && !steps.isEmpty() && isSame(steps.getLast(), request))) {
            return new Fate.Answered();
        }
        long number = 1 + steps.stream().filter(step -> isSame(step, request)).count();
        var step = number + " " + request;
        steps.add(step);
        if (!end.equals("before " + step) && !end.equals("after " + step)) {
            return new Fate.Answered();
        }
        last = Optional.of(asked);
        return end.startsWith("before ") ? new Fate.Lost() : new Fate.Unanswered();
    }

    @Override
    public synchronized void met(Asked asked) {
        isOver |= last.filter(asked::equals).isPresent();
    }

    /// Reading records is no part of a change.
    private static boolean isStep(Asked asked) {
        return asked.isWrite() || !asked.path().contains("/changerecords");
    }

    private static boolean isSame(String step, String request) {
        return step.split(" ", 2)[1].equals(request);
    }

    /// Without what differs from one life to the other.
    private static String named(String path) {
        return path.replaceFirst(".*/namespaces/[^/]+/", "")
                .replaceFirst("/(web|batch)-[^/?]+", "/$1")
                .replaceFirst("[?&]timeout=\\w+", "");
    }
}
