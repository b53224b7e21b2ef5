package io.plimsoll.kubernetes.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/// A server's private key, looked at before it is used: what the TLS library says of a wrong key names
/// no file.
final class PrivateKeyPem {

    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    /// Forms that the TLS library takes too, and that only it can read; cert-manager writes them unless told
    /// otherwise.
    private static final List<String> OLDER_FORMS =
            List.of("-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----");

    private static final byte[] PROBE = {1, 2, 3};

    private PrivateKeyPem() {}

    /// Throws [IOException] with the file and what is wrong when this is no private key, or another certificate's.
    static void requireOf(X509Certificate certificate, byte[] pem, String keyFrom, String certificateFrom)
            throws IOException {
        var text = new String(pem, StandardCharsets.US_ASCII);
        if (OLDER_FORMS.stream().anyMatch(text::contains)) {
            return;
        }
        var key = key(text, certificate.getPublicKey(), keyFrom);
        if (!belongTogether(key, certificate.getPublicKey())) {
            throw new IOException("the key in " + keyFrom + " is not that of the certificate in " + certificateFrom
                    + ": give both from one issue");
        }
    }

    private static PrivateKey key(String pem, PublicKey certified, String file) throws IOException {
        int begin = pem.indexOf(BEGIN);
        int end = pem.indexOf(END, Math.max(0, begin));
        if (begin < 0 || end < 0) {
            throw new IOException("no private key in " + file + ": it must hold a BEGIN PRIVATE KEY block"
                    + " (PEM PKCS#8, not encrypted); 'openssl pkcs8 -topk8 -nocrypt' makes one of other forms");
        }
        try {
            var bytes = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
            return KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(bytes));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException(
                    "the private key in " + file + " cannot be read as one for a certificate with "
                            + certified.getAlgorithm() + " (" + e.getMessage() + "): give the certificate's own key",
                    e);
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey certified) throws IOException {
        try {
            var algorithm = algorithm(certified.getAlgorithm());
            var signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(PROBE);
            var verifier = Signature.getInstance(algorithm);
            verifier.initVerify(certified);
            verifier.update(PROBE);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IOException("the private key cannot sign: " + e.getMessage(), e);
        }
    }

    private static String algorithm(String key) {
        return switch (key) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key;
        };
    }
}
