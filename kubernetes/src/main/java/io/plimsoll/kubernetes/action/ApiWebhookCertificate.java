package io.plimsoll.kubernetes.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/// Where a webhook's certificate is kept and trusted: a Secret, and the `caBundle` of a MutatingWebhookConfiguration.
/// Both are there before: made with the manifests, empty. Any thread may use it.
public final class ApiWebhookCertificate {

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(10));
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";
    private static final String AUTHORITIES = "ca.crt";

    private final ApiServer server;
    private final String namespace;
    private final String secret;
    private final String configuration;

    /// @param server its owner closes it
    /// @param secret its name
    /// @param configuration the MutatingWebhookConfiguration's name; all webhooks in it get the authorities
    public ApiWebhookCertificate(ApiServer server, String namespace, String secret, String configuration) {
        this.server = server;
        this.namespace = namespace;
        this.secret = secret;
        this.configuration = configuration;
    }

    /// What the Secret holds, all PEM.
    ///
    /// @param authorities who may have signed a certificate in use
    public record Content(byte[] certificate, byte[] key, byte[] authorities) {}

    /// @param object as the API server has it
    /// @param content empty when something is missing
    public record Stored(JsonNode object, Optional<Content> content) {}

    /// @throws IOException when it cannot be read, with what to do
    public Stored stored() throws IOException {
        var object = get(secretPath(), "make the Secret, empty: it is part of manifests/overlays/webhook");
        var data = object.path("data");
        boolean isWhole = data.hasNonNull(CERTIFICATE) && data.hasNonNull(KEY) && data.hasNonNull(AUTHORITIES);
        return new Stored(
                object,
                isWhole
                        ? Optional.of(new Content(bytes(data, CERTIFICATE), bytes(data, KEY), bytes(data, AUTHORITIES)))
                        : Optional.empty());
    }

    /// Puts new contents in place of those that were read.
    ///
    /// @throws ApiException with code 409 when somebody was there first
    public void replace(Stored before, Content next) throws IOException {
        if (!(before.object().deepCopy() instanceof ObjectNode object)) {
            throw new IOException(label() + " is no object");
        }
        var data = object.withObjectProperty("data");
        data.put(CERTIFICATE, text(next.certificate()));
        data.put(KEY, text(next.key()));
        data.put(AUTHORITIES, text(next.authorities()));
        server.write("PUT", secretPath(), "application/json", object.toString(), PATIENCE);
    }

    /// Sees to it that API servers trust these authorities; true when they did not before.
    public boolean trust(byte[] authorities) throws IOException {
        var bundle = text(authorities);
        var patch = Json.MAPPER.createObjectNode();
        var webhooks = patch.putArray("webhooks");
        get(configurationPath(), "apply manifests/overlays/webhook")
                .path("webhooks")
                .forEach(webhook -> {
                    if (!webhook.path("clientConfig").path("caBundle").asText().equals(bundle)) {
                        webhooks.addObject()
                                .put("name", webhook.path("name").asText())
                                .putObject("clientConfig")
                                .put("caBundle", bundle);
                    }
                });
        if (webhooks.isEmpty()) {
            return false;
        }
        server.write(
                "PATCH", configurationPath(), "application/strategic-merge-patch+json", patch.toString(), PATIENCE);
        return true;
    }

    /// As people name the Secret.
    public String label() {
        return "Secret " + namespace + "/" + secret;
    }

    private JsonNode get(String path, String remedy) throws IOException {
        try (var answer = server.open(path, PATIENCE)) {
            return Json.MAPPER.readTree(answer);
        } catch (ApiException e) {
            throw e.code() == 404 ? new ApiException(e.getMessage() + "; " + remedy, e.code()) : e;
        }
    }

    private static byte[] bytes(JsonNode data, String key) throws IOException {
        try {
            return Base64.getDecoder().decode(data.path(key).asText());
        } catch (IllegalArgumentException e) {
            throw new IOException(key + " is not base64", e);
        }
    }

    private static String text(byte[] bytes) {
        return new String(Base64.getEncoder().encode(bytes), StandardCharsets.US_ASCII);
    }

    private String secretPath() {
        return ApiPath.of("/api/v1/namespaces/%s/secrets/%s", namespace, secret);
    }

    private String configurationPath() {
        return ApiPath.of("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/%s", configuration);
    }
}
