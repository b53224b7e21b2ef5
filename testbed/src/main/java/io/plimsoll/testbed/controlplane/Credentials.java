package io.plimsoll.testbed.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/// The secrets of one run, made for it and removed with it: authorities, certificates, tokens and kubeconfig files.
///
/// Every component has a user of its own with the rights that Kubernetes gives it by default, so that what works here
/// works with RBAC on. `pki/` and `kubeconfig/` in the run's folder are readable by the owner only.
final class Credentials {
    /// The user of the scheduler, to which RBAC's own defaults give what it needs.
    private static final String SCHEDULER_USER = "system:kube-scheduler";

    private static final String CONTROLLER_MANAGER_USER = "system:kube-controller-manager";
    static final String METRICS_SERVER_USER = "plimsoll:metrics-server";
    private static final String FRONT_PROXY_USER = "front-proxy-client";

    private final CertificateAuthority authority;
    private final Path pki;
    private final Path kubeconfigs;
    private final Kubeconfig kubeconfig;
    private final String adminToken = token();
    private final CertificateFiles authorityFiles;
    private final CertificateFiles serving;
    private final CertificateFiles kubeletClient;
    private final CertificateFiles frontProxyAuthority;
    private final CertificateFiles frontProxyClient;
    private final CertificateFiles serviceAccountKeys;
    private final Path tokens;

    private Credentials(Path run, String server, Instant now) throws IOException {
        this.pki = Files.createDirectories(run.resolve("pki"));
        this.kubeconfigs = Files.createDirectories(run.resolve("kubeconfig"));
        this.authority = CertificateAuthority.create("plimsoll-testbed-ca", now);
        this.authorityFiles = authority.root().write(pki, "ca");
        this.serving = authority
                .issue(CertificateRequest.server("plimsoll-testbed", SERVING_NAMES, now))
                .write(pki, "serving");
        this.kubeletClient = authority
                .issue(CertificateRequest.client("kube-apiserver-kubelet-client", List.of("system:masters"), now))
                .write(pki, "apiserver-kubelet-client");
        CertificateAuthority frontProxy = CertificateAuthority.create("plimsoll-testbed-front-proxy-ca", now);
        this.frontProxyAuthority = frontProxy.root().write(pki, "front-proxy-ca");
        this.frontProxyClient = frontProxy
                .issue(CertificateRequest.client(FRONT_PROXY_USER, List.of(), now))
                .write(pki, "front-proxy-client");
        this.serviceAccountKeys = serviceAccountKeys(pki);
        this.kubeconfig = new Kubeconfig(server, authority.root().certificatePem());
        this.tokens = pki.resolve("tokens.csv");
        Certificate.writePrivate(tokens, adminToken + ",plimsoll:admin,plimsoll-admin,\"system:masters\"\n");
        writeKubeconfigs(now);
    }

    private static final List<String> SERVING_NAMES = List.of(
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "metrics-server",
            "metrics-server.kube-system",
            "metrics-server.kube-system.svc");

    static Credentials create(Path run, String server, Instant now) {
        try {
            return new Credentials(run, server, now);
        } catch (IOException e) {
            throw new TestbedException("cannot write the run's certificates into " + run, e);
        }
    }

    /// A kubeconfig for another user, for example a kubelet's `system:node:<name>` in the group `system:nodes`.
    Path kubeconfigFor(String fileName, String user, List<String> groups, Instant now) {
        Path file = kubeconfigs.resolve(fileName);
        CertificateRequest request = CertificateRequest.client(user, groups, now);
        kubeconfig.writeWithCertificate(file, user, authority.issueWithRsa(request));
        return file;
    }

    CertificateAuthority authority() {
        return authority;
    }

    CertificateFiles authorityFiles() {
        return authorityFiles;
    }

    /// One serving certificate for all servers on loopback.
    CertificateFiles serving() {
        return serving;
    }

    CertificateFiles kubeletClient() {
        return kubeletClient;
    }

    CertificateFiles frontProxyAuthority() {
        return frontProxyAuthority;
    }

    CertificateFiles frontProxyClient() {
        return frontProxyClient;
    }

    /// The public key (as the certificate of the pair) and the private key that sign service account tokens.
    CertificateFiles serviceAccountKeys() {
        return serviceAccountKeys;
    }

    static String frontProxyUser() {
        return FRONT_PROXY_USER;
    }

    Path tokens() {
        return tokens;
    }

    String adminToken() {
        return adminToken;
    }

    Path adminKubeconfig() {
        return kubeconfigs.resolve("admin.kubeconfig");
    }

    Path kubeconfigOf(Component component) {
        return kubeconfigs.resolve(component.program() + ".kubeconfig");
    }

    private void writeKubeconfigs(Instant now) {
        kubeconfig.writeWithToken(adminKubeconfig(), "plimsoll:admin", adminToken);
        kubeconfig.writeWithToken(kubeconfigOf(Component.KWOK), "plimsoll:admin", adminToken);
        writeFor(Component.CONTROLLER_MANAGER, CONTROLLER_MANAGER_USER, now);
        writeFor(Component.SCHEDULER, SCHEDULER_USER, now);
        writeFor(Component.METRICS_SERVER, METRICS_SERVER_USER, now);
    }

    private void writeFor(Component component, String user, Instant now) {
        kubeconfig.writeWithCertificate(
                kubeconfigOf(component), user, authority.issue(CertificateRequest.client(user, List.of(), now)));
    }

    private static CertificateFiles serviceAccountKeys(Path pki) throws IOException {
        KeyPair keys = CertificateAuthority.newKeys();
        CertificateFiles files =
                new CertificateFiles(pki.resolve("service-account.pub"), pki.resolve("service-account.key"));
        Files.writeString(
                files.certificate(),
                Certificate.pem("PUBLIC KEY", keys.getPublic().getEncoded()));
        Certificate.writePrivate(
                files.privateKey(),
                Certificate.pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        return files;
    }

    private static String token() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
