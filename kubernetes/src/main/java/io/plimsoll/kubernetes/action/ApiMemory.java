package io.plimsoll.kubernetes.action;

import io.plimsoll.kubernetes.api.ApiException;
import io.plimsoll.kubernetes.api.ApiPath;
import io.plimsoll.kubernetes.api.ApiServer;
import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.kubernetes.api.Patience;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a process remembers for the next one: a `ConfigMap` of a few entries, compressed. Any thread may use it.
public final class ApiMemory {

    private static final Logger LOG = LoggerFactory.getLogger(ApiMemory.class);

    /// The API server takes 1 MiB.
    private static final int BYTES_MAX = 1_000_000;

    /// Of one entry, unpacked: whatever somebody else has written there must not fill the heap.
    private static final int UNPACKED_MAX = 16 << 20;

    private static final Patience PATIENCE = Patience.of(Duration.ofSeconds(30));

    private final ApiServer server;
    private final String path;
    private final String name;

    /// @param server its owner closes it
    public ApiMemory(ApiServer server, String namespace, String name) {
        this.server = server;
        this.name = name;
        this.path = ApiPath.of("/api/v1/namespaces/%s/configmaps/%s", namespace, name);
    }

    /// All entries by their names; none where nothing was ever written. One that makes no sense is left out, and said
    /// in the log.
    ///
    /// @throws IOException when the API server refuses or does not answer
    public SortedMap<String, byte[]> read() throws IOException {
        var entries = new TreeMap<String, byte[]>();
        try (var answer = server.open(path, PATIENCE)) {
            for (var entry : Json.MAPPER.readTree(answer).path("binaryData").properties()) {
                unpacked(entry.getKey(), entry.getValue().asText())
                        .ifPresent(bytes -> entries.put(entry.getKey(), bytes));
            }
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
        return entries;
    }

    /// Puts entries in place of the former ones, whether there were any or not.
    ///
    /// @throws IOException when the API server refuses or does not answer, or it is more than it takes
    public void write(SortedMap<String, byte[]> entries) throws IOException {
        var body = Json.MAPPER.createObjectNode();
        body.put("apiVersion", "v1").put("kind", "ConfigMap");
        body.putObject("metadata")
                .put("name", name)
                .putObject("annotations")
                .put(
                        "kubernetes.io/description",
                        "What Plimsoll remembers of busy hours and of the last day, so that a restart forgets nothing."
                                + " It may be deleted at any time, and is then learnt anew.");
        var data = body.putObject("binaryData");
        int bytes = 0;
        for (var entry : entries.entrySet()) {
            var packed = packed(entry.getValue());
            bytes += packed.length;
            data.put(entry.getKey(), Base64.getEncoder().encodeToString(packed));
        }
        if (bytes > BYTES_MAX) {
            throw new IOException(bytes + " bytes are more than a ConfigMap takes");
        }
        server.write(
                "PATCH",
                path + "?fieldManager=plimsoll&force=true",
                "application/apply-patch+yaml",
                body.toString(),
                PATIENCE);
    }

    private static byte[] packed(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    private Optional<byte[]> unpacked(String entry, String base64) {
        try (var gzip =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(base64)))) {
            var bytes = gzip.readNBytes(UNPACKED_MAX);
            if (gzip.read() != -1) {
                throw new IOException("it is more than " + UNPACKED_MAX + " bytes");
            }
            return Optional.of(bytes);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("{} of the ConfigMap {} makes no sense, and is learnt anew: {}", entry, name, e.getMessage());
            return Optional.empty();
        }
    }
}
