package io.replsqlite.server.cli;

import io.replsqlite.tls.TlsFiles;
import picocli.CommandLine.Option;

/** How a command is told by which PEM files to speak TLS. */
final class TlsOptions {
    @Option(
            names = "--tls-trust",
            paramLabel = "FILE",
            description = "PEM file with the authorities of nodes' certificates; not needed with --dir")
    private String tlsTrust = "";

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = "PEM file with the certificate to show to a node that asks for one")
    private String tlsCertificate = "";

    @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM file with the key of --tls-certificate")
    private String tlsKey = "";

    TlsFiles files() throws CommandFailure {
        try {
            return TlsFiles.of(tlsTrust, tlsCertificate, tlsKey);
        } catch (IllegalArgumentException halfOfThem) {
            throw new CommandFailure(
                    new ErrorReport(
                            "the TLS options are incomplete",
                            String.valueOf(halfOfThem.getMessage()),
                            "give --tls-certificate and --tls-key together"),
                    halfOfThem);
        }
    }
}
