package io.plimsoll.model.cluster;

/// Taints that a pod lets pass.
///
/// | key | value | effect | tolerates |
/// |---|---|---|---|
/// | `gpu` | `a` | `NoSchedule` | `gpu=a:NoSchedule` alone |
/// | `gpu` | any | empty | whatever has the key `gpu` |
/// | empty | any | empty | everything |
///
/// @param key empty for any
/// @param isAnyValue whether it does without a value (operator `Exists`)
/// @param value of the taint, where it is not any
/// @param effect as the API names it; empty for any
public record Toleration(String key, boolean isAnyValue, String value, String effect) {

    /// Of every taint with that key; of all taints where it is empty.
    public static Toleration of(String key) {
        return new Toleration(key, true, "", "");
    }

    /// As the scheduler decides.
    boolean holds(Taint taint) {
        return (effect.isEmpty() || effect.equals(taint.effect().label()))
                && (key.isEmpty() || key.equals(taint.key()))
                && (isAnyValue || value.equals(taint.value()));
    }
}
