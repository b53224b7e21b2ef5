package io.plimsoll.testbed.controlplane;

import java.nio.file.Path;

/// Where a certificate and its private key lie, both in PEM.
public record CertificateFiles(Path certificate, Path privateKey) {}
