package io.plimsoll.model.cluster;

import java.util.Map;
import java.util.Set;

/// What the API server says of a namespace.
///
/// @param labels for selectors of policies
/// @param terminating whether it is being deleted
record NamespaceSpec(Set<OptOut> optOuts, Map<String, String> labels, boolean terminating) {}
