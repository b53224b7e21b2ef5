package io.plimsoll.testbed.controlplane;

import java.net.URI;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// On which loopback port each component listens.
record Endpoints(Map<Component, Integer> ports) {

    Endpoints {
        ports = Collections.unmodifiableMap(new EnumMap<>(ports));
    }

    static Endpoints free() {
        Map<Component, Integer> ports = new EnumMap<>(Component.class);
        for (Component component : Component.values()) {
            ports.put(component, FreePorts.next());
        }
        return new Endpoints(ports);
    }

    int port(Component component) {
        Integer port = ports.get(component);
        if (port == null) {
            throw new IllegalArgumentException("no port for " + component);
        }
        return port;
    }

    String url(Component component) {
        return component.scheme() + "://127.0.0.1:" + port(component);
    }

    URI health(Component component) {
        return URI.create(url(component) + component.healthPath());
    }

    URI metrics(Component component) {
        return URI.create(url(component) + "/metrics");
    }
}
