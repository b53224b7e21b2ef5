package io.plimsoll.kubernetes.watch;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/// Reads one object of a kind: the parser stands on its `{` and is left on its `}`.
///
/// Throws for broken JSON alone; odd values read as absent.
@FunctionalInterface
interface ObjectDecoder<K> {

    Seen<K> decode(JsonParser parser) throws IOException;
}
