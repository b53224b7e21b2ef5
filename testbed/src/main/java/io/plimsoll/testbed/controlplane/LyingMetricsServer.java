package io.plimsoll.testbed.controlplane;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A server of `metrics.k8s.io` that says whatever a test wants, reached as a real one is: through the API server's
/// aggregation layer. It says nothing of pods unless told to.
public final class LyingMetricsServer implements AutoCloseable {
    private static final String GROUP = "/apis/metrics.k8s.io/v1beta1";
    private static final String DISCOVERY = """
        {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"metrics.k8s.io/v1beta1","resources":[
        {"name":"nodes","singularName":"","namespaced":false,"kind":"NodeMetrics","verbs":["get","list"]},
        {"name":"pods","singularName":"","namespaced":true,"kind":"PodMetrics","verbs":["get","list"]}]}\
        """;

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Supplier<String> nodes = () -> list("Node", List.of());
    private volatile Supplier<String> pods = () -> list("Pod", List.of());
    private volatile int status = 200;

    private LyingMetricsServer(HttpsServer server) {
        this.server = server;
    }

    /// Starts one in the place of the control plane's own, which must have been registered once.
    public static LyingMetricsServer inPlaceOfTheRealOne(ControlPlane controlPlane) throws Exception {
        var http = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        http.setHttpsConfigurator(new HttpsConfigurator(tls(controlPlane
                .authority()
                .issue(CertificateRequest.server("liar", List.of("metrics-server.kube-system.svc"), Instant.now())))));
        var liar = new LyingMetricsServer(http);
        http.setExecutor(liar.threads);
        http.createContext("/", liar::answer);
        http.start();
        controlPlane.registerMetricsApi(http.getAddress().getPort());
        return liar;
    }

    /// From now on says this of nodes; each item comes from [#node].
    public void say(List<String> items) {
        nodes = () -> list("Node", items);
    }

    /// From now on answers with this very text.
    public void sayRaw(String body) {
        nodes = () -> body;
    }

    /// From now on says of each node what the function makes of its name, anew each time it is asked.
    public void sayOf(List<String> names, Function<String, String> item) {
        nodes = () -> list("Node", names.stream().map(item).toList());
    }

    /// From now on says this of pods, anew each time it is asked; each item comes from [#pod].
    public void sayOfPods(Supplier<List<String>> items) {
        pods = () -> list("Pod", items.get());
    }

    /// From now on answers with this status, 200 or another one.
    public void answerWith(int code) {
        status = code;
    }

    /// A node's usage as quantities, measured at that time.
    public static String node(String name, String cpu, String memory, Instant at) {
        return """
            {"metadata":{"name":"%s"},"timestamp":"%s","window":"10s","usage":{"cpu":"%s","memory":"%s"}}\
            """.formatted(name, at, cpu, memory);
    }

    /// The usage of a pod's only container, measured at that time.
    public static String pod(String namespace, String name, String cpu, String memory, Instant at) {
        return """
            {"metadata":{"name":"%s","namespace":"%s"},"timestamp":"%s","window":"10s","containers":[\
            {"name":"main","usage":{"cpu":"%s","memory":"%s"}}]}\
            """.formatted(name, namespace, at, cpu, memory);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static String list(String kind, List<String> items) {
        return "{\"kind\":\"%sMetricsList\",\"apiVersion\":\"metrics.k8s.io/v1beta1\",\"metadata\":{},\"items\":[%s]}"
                .formatted(kind, items.stream().collect(Collectors.joining(",")));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            byte[] body = bodyOf(path).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            // The API server must go on believing that the group is served.
            exchange.sendResponseHeaders(path.equals(GROUP) ? 200 : status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private String bodyOf(String path) {
        return switch (path) {
            case GROUP + "/nodes" -> nodes.get();
            case GROUP + "/pods" -> pods.get();
            default -> DISCOVERY;
        };
    }

    private static SSLContext tls(Certificate certificate) throws GeneralSecurityException, IOException {
        var chain = CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(certificate.certificatePem().getBytes(StandardCharsets.US_ASCII)));
        var pem = certificate.privateKeyPem().replaceAll("-----[A-Z ]+-----", "");
        var key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", key, new char[0], new java.security.cert.Certificate[] {chain});
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }
}
