package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.HeapSetting;
import io.plimsoll.model.recommendation.JvmGuard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a container's arguments and environment tell its Java virtual machine, while they are read; belongs
/// to the thread that reads. All else that stands there is read past: it may be long, and secret.
///
/// A variable that is taken from elsewhere (`valueFrom`, `envFrom`, the image itself) is not seen.
final class JvmFlags {

    private List<String> arguments = List.of();
    private Map<String, String> variables = Map.of();

    void readArgument(JsonParser parser) throws IOException {
        var text = Json.text(parser);
        if (text.contains("-X")) {
            arguments = arguments.isEmpty() ? new ArrayList<>(2) : arguments;
            arguments.add(text);
        }
    }

    void readVariable(JsonParser parser) throws IOException {
        var texts = new String[] {"", ""};
        Json.object(parser, (field, p) -> {
            switch (field) {
                case "name" -> texts[0] = Json.text(p);
                case "value" -> texts[1] = Json.text(p);
                default -> p.skipChildren();
            }
        });
        if (JvmGuard.isVariable(texts[0]) && texts[1].contains("-X")) {
            variables = variables.isEmpty() ? new HashMap<>() : variables;
            variables.put(texts[0], texts[1]);
        }
    }

    /// @param limitBytes the container's memory limit; 0 for none
    Optional<HeapSetting> heap(String container, long limitBytes) {
        if (arguments.isEmpty() && variables.isEmpty()) {
            return Optional.empty();
        }
        return JvmGuard.read(arguments, variables, limitBytes)
                .floor()
                .map(heap -> new HeapSetting(container, heap.heapBytes(), heap.bytes(), heap.setting()));
    }
}
