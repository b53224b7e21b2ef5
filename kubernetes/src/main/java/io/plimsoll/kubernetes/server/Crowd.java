package io.plimsoll.kubernetes.server;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The addresses that hold the most of a port, whose connections go first where there are too many.
final class Crowd {

    private Crowd() {}

    /// @param addresses one of each connection
    /// @param newcomer the address of one that is to be added
    static Set<String> of(Collection<String> addresses, String newcomer) {
        Map<String, Integer> counts = new HashMap<>();
        counts.put(newcomer, 1);
        addresses.forEach(address -> counts.merge(address, 1, Integer::sum));
        int most = Collections.max(counts.values());
        counts.values().removeIf(count -> count < most);
        return counts.keySet();
    }
}
