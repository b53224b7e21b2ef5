package io.plimsoll.kubernetes.server;

import io.vertx.core.http.HttpConnection;
import java.lang.reflect.Proxy;

/// Connections that are only themselves.
final class TestConnection {

    private TestConnection() {}

    static HttpConnection named(String name) {
        return (HttpConnection) Proxy.newProxyInstance(
                HttpConnection.class.getClassLoader(),
                new Class<?>[] {HttpConnection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> name.hashCode();
                    case "toString" -> name;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
