package io.plimsoll.app.serve;

import io.plimsoll.testbed.controlplane.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Kubeconfigs of service accounts at a real control plane.
final class Accounts {

    private Accounts() {}

    /// With the rights of the account, as far as it has been given any.
    static Path kubeconfig(ControlPlane controlPlane, String namespace, String account) {
        try (var itself = controlPlane.newClientOf(namespace, account)) {
            var text = Files.readString(controlPlane.kubeconfig())
                    .replace(
                            controlPlane.adminToken(), itself.getConfiguration().getOauthToken());
            return Files.writeString(controlPlane.folder().resolve(account + ".kubeconfig"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
