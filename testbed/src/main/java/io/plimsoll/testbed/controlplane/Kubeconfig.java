package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/// Writes kubeconfig files for one API server; whoever reads one of them acts as the user in it.
record Kubeconfig(String server, String caPem) {

    void writeWithToken(Path file, String user, String token) {
        write(file, user, "    token: " + token + "\n");
    }

    void writeWithCertificate(Path file, String user, Certificate certificate) {
        write(
                file,
                user,
                "    client-certificate-data: " + base64(certificate.certificatePem()) + "\n" + "    client-key-data: "
                        + base64(certificate.privateKeyPem()) + "\n");
    }

    private void write(Path file, String user, String credentials) {
        String text = """
            apiVersion: v1
            kind: Config
            clusters:
            - name: plimsoll-testbed
              cluster:
                server: %s
                certificate-authority-data: %s
            users:
            - name: "%s"
              user:
            %scontexts:
            - name: plimsoll-testbed
              context:
                cluster: plimsoll-testbed
                user: "%s"
            current-context: plimsoll-testbed
            """.formatted(server, base64(caPem), user, credentials, user);
        try {
            Certificate.writePrivate(file, text);
        } catch (IOException e) {
            throw new TestbedException("cannot write " + file, e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
