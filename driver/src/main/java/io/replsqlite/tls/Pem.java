package io.replsqlite.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM files (RFC 7468): certificates, and private keys in PKCS #8 without a password. */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final String PKCS8 = "PRIVATE KEY";

    private Pem() {}

    /** At least one, in the order of the file. */
    static List<X509Certificate> certificates(Path file) throws IOException {
        // The JDK's own reader refuses text around the blocks, which many tools write.
        String blocks = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
                .results()
                .filter(block -> block.group(1).equals("CERTIFICATE"))
                .map(block -> block.group() + "\n")
                .reduce("", String::concat);
        if (blocks.isEmpty()) {
            throw new IOException(file + " holds no certificate: it must be in PEM, with BEGIN CERTIFICATE.");
        }
        try (ByteArrayInputStream in = new ByteArrayInputStream(blocks.getBytes(StandardCharsets.ISO_8859_1))) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException malformed) {
            throw new IOException(file + " holds a malformed certificate: " + malformed.getMessage(), malformed);
        }
    }

    /** @param owner the key of the certificate that the private key must belong to; tells its algorithm */
    static PrivateKey privateKey(Path file, PublicKey owner) throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        while (block.find()) {
            if (block.group(1).equals(PKCS8)) {
                return decode(file, block.group(2), owner.getAlgorithm());
            }
            if (block.group(1).endsWith(PKCS8)) {
                throw new IOException(file + " holds a key as " + block.group(1)
                        + ", which is not read. Convert it: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW.");
            }
        }
        throw new IOException(file + " holds no private key: it must be in PEM, with BEGIN PRIVATE KEY.");
    }

    private static PrivateKey decode(Path file, String base64, String algorithm) throws IOException {
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(base64);
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            // The cause may quote what it read; a key does not belong in a log.
            throw new IOException(file + " holds no " + algorithm
                    + " key, which is what the certificate needs, or the key is malformed.");
        }
    }
}
