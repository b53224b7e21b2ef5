package io.plimsoll.testbed.controlplane;

import java.net.URI;

/// How one component does: where it was asked, whether it is well, and what it answered.
public record ComponentHealth(Component component, URI asked, boolean healthy, String detail) {}
