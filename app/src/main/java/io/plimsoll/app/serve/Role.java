package io.plimsoll.app.serve;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// What a service may do with its picture of the cluster.
enum Role {
    /// Answers schedulers.
    EXTENDER,
    /// Keeps requests at what containers use, as policies say.
    RIGHTSIZER,
    /// Gives new pods what is recommended for them.
    WEBHOOK,
    /// Moves pods that hurt others, as plans say.
    REBALANCER;

    /// As the setting names it.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String labels() {
        return Arrays.stream(values()).map(Role::label).collect(Collectors.joining(", "));
    }

    /// @param text labels with commas between
    /// @throws IllegalArgumentException when one is none, or stands there twice
    static Set<Role> of(String text) {
        var roles = EnumSet.noneOf(Role.class);
        for (var label : List.of(text.split(","))) {
            if (!roles.add(named(label))) {
                throw new IllegalArgumentException("'" + label + "' stands there twice");
            }
        }
        return roles;
    }

    private static Role named(String label) {
        return Arrays.stream(values())
                .filter(role -> role.label().equals(label))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("there is no role '" + label + "'; there are " + labels()));
    }
}
