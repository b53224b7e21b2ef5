package io.plimsoll.testbed.controlplane;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// Asks components how they do, and for their metrics.
final class HealthCheck implements AutoCloseable {
    private final Endpoints endpoints;
    private final LoopbackHttp http;

    HealthCheck(Endpoints endpoints, LoopbackHttp http) {
        this.endpoints = endpoints;
        this.http = http;
    }

    boolean isReady(Component component) {
        return http.get(endpoints.health(component)).ok();
    }

    /// How each of the components does; for the API server both `/livez` and `/readyz`.
    List<ComponentHealth> of(List<Component> components) {
        List<ComponentHealth> health = new ArrayList<>();
        for (Component component : components) {
            if (component == Component.API_SERVER) {
                health.add(ask(component, URI.create(endpoints.url(component) + "/livez")));
            }
            health.add(ask(component, endpoints.health(component)));
        }
        return health;
    }

    String metrics(Component component) {
        LoopbackHttp.Answer answer = http.get(endpoints.metrics(component));
        if (!answer.ok()) {
            throw new TestbedException(component.program() + " does not give its metrics: status " + answer.status()
                    + ", " + answer.body());
        }
        return answer.body();
    }

    private ComponentHealth ask(Component component, URI address) {
        LoopbackHttp.Answer answer = http.get(address);
        String detail = answer.status() == -1 ? answer.body() : "status " + answer.status();
        return new ComponentHealth(component, address, answer.ok(), detail);
    }

    @Override
    public void close() {
        http.close();
    }
}
