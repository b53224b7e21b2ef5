package io.plimsoll.model.usage;

/// One signal of one node.
public record NodeSample(String node, SignalKind kind, Sample sample) {}
