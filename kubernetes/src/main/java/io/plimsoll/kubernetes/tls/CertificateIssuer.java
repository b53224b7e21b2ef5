package io.plimsoll.kubernetes.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/// Makes certificates for servers of Plimsoll, each with an authority of its own, whose key is thrown away once it has
/// signed: what does not exist signs nothing else, and cannot be stolen. EC P-256, PEM.
final class CertificateIssuer {

    private static final String AUTHORITY = "Plimsoll authority of one certificate";
    private static final String SIGNATURE = "SHA256withECDSA";
    /// Clocks of API servers are seldom further behind.
    private static final Duration BACKDATED = Duration.ofHours(1);

    private static final int SERIAL_BITS = 120;

    private final SecureRandom random = new SecureRandom();

    /// A certificate, its key (PKCS#8) and the authority that signed it.
    record Issued(byte[] certificate, byte[] key, byte[] authority) {}

    /// @param dnsNames under which the server is reached, at least one
    /// @param ipAddresses under which it is reached besides
    Issued issue(List<String> dnsNames, List<String> ipAddresses, Instant now, Duration life) {
        try {
            var authorityKeys = keys();
            var keys = keys();
            var until = now.plus(life);
            // Authorities that follow each other are told apart by their names.
            var issuer = new X500Name("CN=" + AUTHORITY + " " + new BigInteger(64, random).toString(36));
            var authority = certificate(issuer, issuer, authorityKeys, now, until)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            var subject = new X500Name("CN=" + dnsNames.getFirst());
            var server = certificate(issuer, subject, keys, now, until)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .addExtension(Extension.subjectAlternativeName, false, names(dnsNames, ipAddresses));
            return new Issued(
                    pem("CERTIFICATE", signed(server, authorityKeys)),
                    pem("PRIVATE KEY", keys.getPrivate().getEncoded()),
                    pem("CERTIFICATE", signed(authority, authorityKeys)));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("no certificate can be made here", e);
        }
    }

    private KeyPair keys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private X509v3CertificateBuilder certificate(
            X500Name issuer, X500Name subject, KeyPair keys, Instant now, Instant until) {
        return new X509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                Date.from(now.minus(BACKDATED)),
                Date.from(until),
                subject,
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    }

    private static GeneralNames names(List<String> dnsNames, List<String> ipAddresses) {
        var names = new ArrayList<GeneralName>();
        dnsNames.forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name)));
        ipAddresses.forEach(address -> names.add(new GeneralName(GeneralName.iPAddress, address)));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private byte[] signed(X509v3CertificateBuilder certificate, KeyPair authority)
            throws OperatorCreationException, IOException {
        var signer =
                new JcaContentSignerBuilder(SIGNATURE).setSecureRandom(random).build(authority.getPrivate());
        X509CertificateHolder holder = certificate.build(signer);
        return holder.getEncoded();
    }

    /// A certificate as PEM.
    static byte[] pem(X509Certificate certificate) throws IOException {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IOException("a certificate cannot be written", e);
        }
    }

    private static byte[] pem(String label, byte[] der) throws IOException {
        var text = new StringWriter();
        try (var writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(label, der));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
