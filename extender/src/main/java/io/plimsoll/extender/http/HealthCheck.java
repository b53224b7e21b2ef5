package io.plimsoll.extender.http;

import java.util.Optional;
import java.util.function.Supplier;

/// One thing that must hold for the extender to be well.
///
/// @param problem what does not hold, in words; nothing while it does
public record HealthCheck(String name, Supplier<Optional<String>> problem) {}
