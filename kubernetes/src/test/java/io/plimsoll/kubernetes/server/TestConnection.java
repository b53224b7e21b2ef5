package io.plimsoll.kubernetes.server;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/// Connections that are only themselves, and come from somewhere.
final class TestConnection {

    private TestConnection() {}

    /// From where is not known.
    static HttpConnection named(String name) {
        return of(name, null);
    }

    static HttpConnection from(String host, String name) {
        return of(name, SocketAddress.inetSocketAddress(40_000 + name.length(), host));
    }

    private static HttpConnection of(String name, @Nullable SocketAddress remote) {
        return (HttpConnection) Proxy.newProxyInstance(
                HttpConnection.class.getClassLoader(),
                new Class<?>[] {HttpConnection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "remoteAddress" -> remote;
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> name.hashCode();
                    case "toString" -> name;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
