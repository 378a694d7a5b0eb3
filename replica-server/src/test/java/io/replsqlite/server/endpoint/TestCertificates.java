package io.replsqlite.server.endpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import okhttp3.tls.HeldCertificate;

/** An authority, and certificates of it in PEM files. */
public final class TestCertificates {
    private final Path directory;
    private final HeldCertificate authority;

    public TestCertificates(Path directory, String name) throws IOException {
        this.directory = directory;
        this.authority = new HeldCertificate.Builder()
                .certificateAuthority(1)
                .commonName(name)
                .build();
        Files.createDirectories(directory);
        Files.writeString(trust(), "authority of a test\n" + authority.certificatePem());
    }

    public Path trust() {
        return directory.resolve("trust.pem");
    }

    public Path certificate() {
        return directory.resolve("certificate.pem");
    }

    public Path key() {
        return directory.resolve("key.pem");
    }

    /** Replaces the files as an operator does; behind the certificate stands an intermediate one. */
    public TestCertificates issue(String commonName, String hostName) throws IOException {
        HeldCertificate intermediate = new HeldCertificate.Builder()
                .certificateAuthority(0)
                .commonName("intermediate")
                .signedBy(authority)
                .build();
        HeldCertificate issued = new HeldCertificate.Builder()
                .commonName(commonName)
                .addSubjectAlternativeName(hostName)
                .signedBy(intermediate)
                .build();
        replace(key(), issued.privateKeyPkcs8Pem());
        replace(certificate(), issued.certificatePem() + intermediate.certificatePem());
        return this;
    }

    private static void replace(Path file, String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, text);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
