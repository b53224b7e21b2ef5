package io.plimsoll.testbed.controlplane;

import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A throw-away certificate authority: makes its own root and signs certificates for servers and clients.
///
/// It exists so that the testbed needs neither openssl nor a library for a dozen certificates: an X.509 version 3
/// certificate (RFC 5280) with EC P-256 keys is a page of DER. Thread-safe; keys never leave the process except
/// through {@link Certificate#write}.
public final class CertificateAuthority {
    private static final String EC_SHA256 = "1.2.840.10045.4.3.2";
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String ORGANISATION = "2.5.4.10";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    /// Bits 0 (digital signature) and 2 (key encipherment), counted from the left.
    private static final byte[] LEAF_USAGE = {(byte) 0b1010_0000};
    /// Bits 0 (digital signature), 5 (certificate signing) and 6 (revocation list signing).
    private static final byte[] ROOT_USAGE = {(byte) 0b1000_0110};

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String name;
    private final KeyPair keys;
    private final Certificate root;

    private CertificateAuthority(String name, KeyPair keys, Certificate root) {
        this.name = name;
        this.keys = keys;
        this.root = root;
    }

    /// A new authority whose root holds for a year from the given instant.
    public static CertificateAuthority create(String name, Instant now) {
        KeyPair keys = newKeys();
        CertificateRequest request = new CertificateRequest(
                name, List.of(), List.of(), List.of(), now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(365)));
        List<byte[]> extensions = List.of(
                extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.bool(true))),
                extension(KEY_USAGE, true, Der.bits(ROOT_USAGE, 1)));
        byte[] der = signed(body(name, request, keys, extensions), keys.getPrivate());
        return new CertificateAuthority(name, keys, asPem(der, keys));
    }

    /// The authority's own certificate and key, as a controller that signs requests needs it.
    public Certificate root() {
        return root;
    }

    /// Makes an EC key pair and signs a certificate for it, usable by servers and clients alike.
    public Certificate issue(CertificateRequest request) {
        return issue(request, newKeys());
    }

    /// The same with RSA keys, slower to make, for readers that know no others (fabric8's kubeconfig reader is one).
    public Certificate issueWithRsa(CertificateRequest request) {
        return issue(request, newRsaKeys());
    }

    private Certificate issue(CertificateRequest request, KeyPair leaf) {
        byte[] der = signed(body(name, request, leaf, leafExtensions(request)), keys.getPrivate());
        return asPem(der, leaf);
    }

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot make EC P-256 keys", e);
        }
    }

    private static KeyPair newRsaKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048, RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot make RSA keys", e);
        }
    }

    private static List<byte[]> leafExtensions(CertificateRequest request) {
        List<byte[]> extensions = new ArrayList<>();
        extensions.add(extension(BASIC_CONSTRAINTS, true, Der.sequence()));
        extensions.add(extension(KEY_USAGE, true, Der.bits(LEAF_USAGE, 5)));
        extensions.add(extension(EXTENDED_KEY_USAGE, false, Der.sequence(Der.oid(SERVER_AUTH), Der.oid(CLIENT_AUTH))));
        List<byte[]> names = alternativeNames(request);
        if (!names.isEmpty()) {
            extensions.add(extension(ALTERNATIVE_NAMES, false, Der.sequence(names)));
        }
        return extensions;
    }

    private static List<byte[]> alternativeNames(CertificateRequest request) {
        List<byte[]> names = new ArrayList<>();
        for (String dns : request.dnsNames()) {
            names.add(Der.taggedPlain(2, dns.getBytes(StandardCharsets.US_ASCII)));
        }
        for (String address : request.ipAddresses()) {
            names.add(Der.taggedPlain(7, InetAddress.ofLiteral(address).getAddress()));
        }
        return names;
    }

    private static byte[] extension(String oid, boolean critical, byte[] content) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(content))
                : Der.sequence(Der.oid(oid), Der.octets(content));
    }

    /// The part of a certificate that is signed (TBSCertificate).
    private static byte[] body(String issuer, CertificateRequest request, KeyPair keys, List<byte[]> extensions) {
        return Der.sequence(
                Der.tagged(0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(120, RANDOM).add(BigInteger.ONE)),
                Der.sequence(Der.oid(EC_SHA256)),
                distinguishedName(issuer, List.of()),
                Der.sequence(Der.time(request.notBefore()), Der.time(request.notAfter())),
                distinguishedName(request.user(), request.groups()),
                keys.getPublic().getEncoded(),
                Der.tagged(3, Der.sequence(extensions)));
    }

    private static byte[] distinguishedName(String commonName, List<String> organisations) {
        List<byte[]> parts = new ArrayList<>();
        for (String organisation : organisations) {
            parts.add(Der.set(Der.sequence(Der.oid(ORGANISATION), Der.utf8(organisation))));
        }
        parts.add(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8(commonName))));
        return Der.sequence(parts);
    }

    private static byte[] signed(byte[] body, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key, RANDOM);
            signature.update(body);
            return Der.sequence(body, Der.sequence(Der.oid(EC_SHA256)), Der.bits(signature.sign(), 0));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot sign with ECDSA", e);
        }
    }

    private static Certificate asPem(byte[] certificate, KeyPair keys) {
        return new Certificate(
                Certificate.pem("CERTIFICATE", certificate),
                Certificate.pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    }
}
