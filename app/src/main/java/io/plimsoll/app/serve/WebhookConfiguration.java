package io.plimsoll.app.serve;

import io.plimsoll.kubernetes.tls.TlsFiles;
import io.plimsoll.rightsizer.admission.AdmissionSettings;
import java.util.List;
import java.util.Optional;

/// What the webhook for new pods is started with.
///
/// @param files of its certificate; where there are none, Plimsoll makes its own
/// @param names under which API servers reach it, DNS names before addresses, for a certificate of its own
/// @param namespace where the Secret of that certificate is
/// @param configuration the MutatingWebhookConfiguration that is to trust it
/// @param isDryRun whether no pod is changed, whatever policies say
record WebhookConfiguration(
        AdmissionSettings settings,
        Optional<TlsFiles> files,
        List<String> names,
        String namespace,
        String secret,
        String configuration,
        boolean isDryRun) {

    WebhookConfiguration {
        names = List.copyOf(names);
        if (names.isEmpty() || isAddress(names.getFirst())) {
            throw new IllegalArgumentException("names of the webhook must begin with a DNS name: " + names);
        }
    }

    List<String> dnsNames() {
        return names.stream().filter(name -> !isAddress(name)).toList();
    }

    List<String> ipAddresses() {
        return names.stream().filter(WebhookConfiguration::isAddress).toList();
    }

    private static boolean isAddress(String name) {
        return name.contains(":") || name.matches("[0-9.]+");
    }
}
