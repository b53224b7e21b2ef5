package io.plimsoll.kubernetes.usage;

import io.plimsoll.kubernetes.api.ApiServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// What a usage source is made with.
///
/// @param timeout how long one request may take
/// @param settings the source's own settings by their kebab-case keys
public record UsageSourceContext(
        ApiServer server, InstantSource clock, Duration timeout, Map<String, String> settings) {

    public UsageSourceContext {
        settings = Map.copyOf(settings);
    }

    public Optional<String> setting(String key) {
        return Optional.ofNullable(settings.get(key));
    }
}
