package io.replsqlite.harness.container;

import io.replsqlite.harness.cluster.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Future;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;

/**
 * Several nodes in one container, with a lease by file lock: any of them may be the primary. A test reaches them over the
 * network, without a local file.
 *
 * <pre>
 * try (var cluster = new ReplicaClusterContainer(ReplicaClusterContainer.image(Path.of("replsqlite-0.1.0")), 3)) {
 *     cluster.start();
 *     dataSource.setUrl(cluster.jdbcUrl("app"));
 * }
 * </pre>
 *
 * <p>Needs a Docker engine on this machine: the nodes' ports are the same inside and outside, because nodes tell drivers
 * where the primary is.
 */
public final class ReplicaClusterContainer extends GenericContainer<ReplicaClusterContainer> {
    private static final String TOKEN_FILE = "/run/replsqlite-token";
    private static final int OWNER_READS = 0400;
    private static final Duration START_WITHIN = Duration.ofMinutes(2);

    private final String token;
    private final List<Integer> ports;

    /**
     * @param image that of the Dockerfile in the archive
     * @param nodes at least one
     * @throws IOException if there are not so many free ports
     */
    public ReplicaClusterContainer(Future<String> image, int nodes) throws IOException {
        super(image);
        this.token = randomToken();
        this.ports = FreePorts.find(nodes);
        ports.forEach(port -> addFixedExposedPort(port, port));
        withEnv("REPLSQLITE_TOKEN_FILE", TOKEN_FILE);
        withCopyToContainer(Transferable.of(token, OWNER_READS), TOKEN_FILE);
        // The token's file is root's.
        withCreateContainerCmdModifier(
                create -> create.withUser("root").withEntrypoint("/opt/replsqlite/docker/cluster"));
        withCommand(ports.stream().map(String::valueOf).toArray(String[]::new));
        waitingFor(Wait.forLogMessage(".*\"role\":.*", nodes).withStartupTimeout(START_WITHIN));
    }

    /** The image of the Dockerfile in an unpacked archive, built when it is first needed. */
    public static ImageFromDockerfile image(Path unpackedArchive) {
        return new ImageFromDockerfile("replsqlite-test")
                .withFileFromPath(".", unpackedArchive)
                .withFileFromPath("Dockerfile", unpackedArchive.resolve("docker/Dockerfile"));
    }

    private static String randomToken() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** For the driver: every node, and the credential. */
    public String jdbcUrl(String database) {
        StringBuilder url = new StringBuilder("jdbc:replsqlite://");
        for (int port : ports) {
            url.append(url.charAt(url.length() - 1) == '/' ? "" : ",")
                    .append(getHost())
                    .append(':')
                    .append(port);
        }
        return url.append('/').append(database).append("?token=").append(token).toString();
    }

    /** What nodes and drivers present. */
    public String token() {
        return token;
    }
}
