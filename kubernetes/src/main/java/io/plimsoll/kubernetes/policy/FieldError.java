package io.plimsoll.kubernetes.policy;

/// A mistake in a policy.
///
/// @param path where, as `spec.overrides[1].memory.min`
/// @param message what to write instead
public record FieldError(String path, String message) {

    @Override
    public String toString() {
        return path + ": " + message;
    }
}
