package io.replsqlite.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** What the PEM files held when they were read. Immutable. */
record TlsMaterial(X509ExtendedKeyManager keys, X509ExtendedTrustManager trust) {
    private static final char[] NO_PASSWORD = {};

    /** @throws IOException naming the file that cannot be used, and why */
    static TlsMaterial read(TlsFiles files) throws IOException {
        try {
            return new TlsMaterial(keyManager(files.certificate(), files.key()), trustManager(files.trust()));
        } catch (GeneralSecurityException unusable) {
            throw new IOException("The TLS files cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    private static X509ExtendedKeyManager keyManager(@Nullable Path certificateFile, @Nullable Path keyFile)
            throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        if (certificateFile != null && keyFile != null) {
            List<X509Certificate> chain = Pem.certificates(certificateFile);
            PublicKey owner = chain.get(0).getPublicKey();
            PrivateKey key = Pem.privateKey(keyFile, owner);
            requirePair(key, owner, certificateFile, keyFile);
            store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        }
        // This one keeps the alias over a change of the files, which the newer one does not.
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, NO_PASSWORD);
        for (KeyManager manager : factory.getKeyManagers()) {
            if (manager instanceof X509ExtendedKeyManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("this JDK has no X.509 key manager");
    }

    /** Files are replaced one after the other: between the two, a certificate stands beside another one's key. */
    private static void requirePair(PrivateKey key, PublicKey owner, Path certificateFile, Path keyFile)
            throws IOException, GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm().toUpperCase(Locale.ROOT)) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] probe = {1};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(owner);
        signature.update(probe);
        if (!signature.verify(signed)) {
            throw new IOException("The key in " + keyFile + " is not that of the first certificate in "
                    + certificateFile + ". The node's own certificate comes first, its issuers behind it.");
        }
    }

    private static X509ExtendedTrustManager trustManager(@Nullable Path file)
            throws IOException, GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(file == null ? null : storeOf(Pem.certificates(file)));
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("this JDK has no X.509 trust manager");
    }

    private static KeyStore storeOf(List<X509Certificate> authorities) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        for (int at = 0; at < authorities.size(); at++) {
            store.setCertificateEntry("authority" + at, authorities.get(at));
        }
        return store;
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
