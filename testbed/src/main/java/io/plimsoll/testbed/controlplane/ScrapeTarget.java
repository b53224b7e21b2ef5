package io.plimsoll.testbed.controlplane;

/// Something of one's own that Prometheus scrapes without TLS.
///
/// @param job the job label
/// @param address host and port
/// @param path the path of the metrics
public record ScrapeTarget(String job, String address, String path) {}
