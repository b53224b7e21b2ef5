package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.ContainerSpec;
import io.plimsoll.model.cluster.Owner;
import io.plimsoll.model.recommendation.MemoryFloor.OomRaise;
import io.plimsoll.model.recommendation.OomDecision.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Which containers were killed for memory, and how far their memory was raised for it. Belongs to one thread.
///
/// Goals, in their order: one kill counts once, however often and in whatever order it is seen (a list at the
/// start, watches, lists after a gap; each shows a kill as the present state or as the last one); nobody's memory
/// is raised for something that was since changed; no raise runs away.
///
/// A kill counts for a raise when its container hit its own limit, the limit is still the present one, the pod's
/// template is not older than the present one, it happened after the last raise, and it is not forgotten. From the
/// kills that count, at least [OomRules#killsMin]:
///
///     base  = max(limit that was hit, peak, present request)
///     raise = min(max(base + 100 MiB, base · 1.2), maximum)
///
/// | hit | peak | request | raise |
/// |---|---|---|---|
/// | 512 Mi | 500 Mi | 256 Mi | 615 Mi |
/// | 256 Mi | 250 Mi | 128 Mi | 356 Mi |
/// | 512 Mi | 900 Mi (before it was lowered) | 256 Mi | 1080 Mi |
///
/// The base hangs on what is, never on a former raise that had no effect: a raise that cannot be carried out does not
/// grow. A raise stands as a floor until it is forgotten, or until the template is changed.
///
/// Memory is bounded: of each container the [OomRules#KILLS_MAX] latest kills are kept, and of containers the
/// [#CONTAINERS_MAX] that were killed last.
public final class OomLedger {

    static final int CONTAINERS_MAX = 10_000;

    /// The latest first. Of one run, what is known better of its kind, as it may be a little later,
    /// goes before a kill at the limit; the rest only makes the order total.
    private static final Comparator<OomKill> ORDER = Comparator.comparingLong(OomKill::atMillis)
            .reversed()
            .thenComparing(OomKill::podUid)
            .thenComparing(OomKill::containerId)
            .thenComparingInt(OomKill::restartCount)
            .thenComparingLong(OomKill::generation)
            .thenComparingLong(OomKill::limitBytes)
            .thenComparingLong(OomKill::requestBytes)
            .thenComparing(OomKill::kind, Comparator.reverseOrder());

    private final TreeMap<Key, Account> accounts = new TreeMap<>();

    /// What the ledger holds, as it is written down and read back: sorted, so that equal ledgers give equal states.
    public record State(List<OomKill> kills, List<Raise> raises) {

        public State {
            kills = List.copyOf(kills);
            raises = List.copyOf(raises);
        }
    }

    /// A raise that was decided.
    ///
    /// @param generation of the template that was killed
    public record Raise(Owner workload, String container, long generation, OomRaise floor, long decidedMillis) {}

    /// How a container is now.
    ///
    /// @param generation of the workload's pod template
    /// @param peakBytes the largest use of memory that was measured; 0 when there is none
    public record Present(Owner workload, ContainerSpec container, long generation, long peakBytes) {}

    public static OomLedger of(State state) {
        var ledger = new OomLedger();
        ledger.recordAll(state.kills);
        for (var raise : state.raises) {
            ledger.account(raise.workload, raise.container).raise = Optional.of(raise);
        }
        return ledger;
    }

    public State state() {
        var kills = new ArrayList<OomKill>();
        var raises = new ArrayList<Raise>();
        for (var account : accounts.values()) {
            kills.addAll(account.kills);
            account.raise.ifPresent(raises::add);
        }
        return new State(kills, raises);
    }

    public void recordAll(Collection<OomKill> kills) {
        kills.forEach(this::add);
        dropOldest();
    }

    /// Counts a kill unless it was counted before.
    public void record(OomKill kill) {
        add(kill);
        dropOldest();
    }

    /// Takes in a raise that was decided by somebody else, or before a restart; a later one stays.
    public void remember(Raise raise) {
        var account = account(raise.workload, raise.container);
        account.raise = account.raise
                .filter(held -> held.decidedMillis >= raise.decidedMillis)
                .or(() -> Optional.of(raise));
        dropOldest();
    }

    /// Decides on a container, and remembers the raise if there is one.
    public OomDecision decide(Present present, OomRules rules, long nowMillis) {
        var account = accounts.get(new Key(present.workload, present.container.name()));
        return account == null
                ? new OomDecision(Verdict.NO_KILLS, Optional.empty())
                : account.decide(present, rules, nowMillis);
    }

    /// Those of a container that are held, the latest first.
    public List<OomKill> kills(Owner workload, String container) {
        var account = accounts.get(new Key(workload, container));
        return account == null ? List.of() : List.copyOf(account.kills);
    }

    /// Drops what is older than the rules hold it.
    public void forget(OomRules rules, long nowMillis) {
        for (var account : accounts.values()) {
            account.kills.removeIf(kill -> nowMillis - kill.atMillis() > rules.holdMillis());
            account.raise = account.raise.filter(raise -> nowMillis - raise.decidedMillis <= rules.holdMillis());
        }
        accounts.values().removeIf(Account::isEmpty);
    }

    private void add(OomKill kill) {
        account(kill.workload(), kill.container()).add(kill);
    }

    private Account account(Owner workload, String container) {
        return accounts.computeIfAbsent(new Key(workload, container), key -> new Account());
    }

    private void dropOldest() {
        while (accounts.size() > CONTAINERS_MAX) {
            var oldest = accounts.entrySet().stream()
                    .min(Comparator.comparingLong((Map.Entry<Key, Account> entry) ->
                                    entry.getValue().latestMillis())
                            .thenComparing(Map.Entry::getKey))
                    .orElseThrow();
            accounts.remove(oldest.getKey());
        }
    }

    private record Key(Owner workload, String container) implements Comparable<Key> {

        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::workload).thenComparing(Key::container);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /// The kills of one container, the latest first, and its raise.
    private static final class Account {

        private final ArrayList<OomKill> kills = new ArrayList<>(2);
        private Optional<Raise> raise = Optional.empty();

        boolean isEmpty() {
            return kills.isEmpty() && raise.isEmpty();
        }

        long latestMillis() {
            long raised = raise.map(Raise::decidedMillis).orElse(0L);
            return kills.isEmpty() ? raised : Math.max(raised, kills.getFirst().atMillis());
        }

        void add(OomKill kill) {
            kills.add(kill);
            kills.sort(ORDER);
            dropSeenTwice();
            if (kills.size() > OomRules.KILLS_MAX) {
                kills.removeLast();
            }
        }

        /// Keeps of each run that was killed the latest sighting.
        private void dropSeenTwice() {
            var runs = new HashSet<Run>();
            kills.removeIf(kill -> !runs.add(Run.of(kill)));
        }

        OomDecision decide(Present present, OomRules rules, long nowMillis) {
            raise = raise.filter(held ->
                    held.generation >= present.generation && nowMillis - held.decidedMillis <= rules.holdMillis());
            var counting = counting(present, rules, nowMillis);
            if (counting.size() < rules.killsMin()) {
                return answer(counting.isEmpty() ? Verdict.NO_KILLS : Verdict.TOO_FEW);
            }
            if (raise.filter(held -> held.floor.limitHitBytes() > 0)
                    .filter(held -> nowMillis - held.decidedMillis < rules.observeMillis())
                    .isPresent()) {
                return answer(Verdict.OBSERVING);
            }
            return raise(counting, present, rules, nowMillis);
        }

        private OomDecision raise(List<OomKill> counting, Present present, OomRules rules, long nowMillis) {
            var last = counting.getFirst();
            long base = Math.max(
                    last.limitBytes(),
                    Math.max(present.peakBytes, present.container.requests().memoryBytes()));
            long bytes = rules.raised(base);
            if (bytes <= last.limitBytes()) {
                return answer(Verdict.AT_MAXIMUM);
            }
            var floor = new OomRaise(bytes, last.limitBytes(), counting.size(), last.atMillis());
            raise = Optional.of(
                    new Raise(present.workload, present.container.name(), last.generation(), floor, nowMillis));
            return answer(Verdict.RAISED);
        }

        private OomDecision answer(Verdict verdict) {
            return new OomDecision(verdict, raise.map(Raise::floor));
        }

        private List<OomKill> counting(Present present, OomRules rules, long nowMillis) {
            long afterMillis = raise.map(Raise::decidedMillis).orElse(Long.MIN_VALUE);
            long presentLimit = present.container.limits().memoryBytes();
            return kills.stream()
                    .filter(kill -> kill.kind() == OomKill.Kind.CONTAINER_LIMIT)
                    .filter(kill -> kill.limitBytes() == presentLimit && presentLimit > 0)
                    .filter(kill -> kill.generation() >= present.generation)
                    .filter(kill -> kill.atMillis() > afterMillis)
                    .filter(kill -> nowMillis - kill.atMillis() <= rules.holdMillis())
                    .toList();
        }

        /// A run of the container in one pod: what can be killed once. The number of restarts tells runs
        /// apart where the status names none: while a container waits to be started again, it is told late.
        private record Run(String podUid, String containerId, int restartCount) {

            static Run of(OomKill kill) {
                return new Run(
                        kill.podUid(), kill.containerId(), kill.containerId().isEmpty() ? kill.restartCount() : 0);
            }
        }
    }
}
