package io.replsqlite.server.backup.storage;

import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A real S3 server (S3Proxy over a directory) as a process on loopback, with one bucket. */
public final class S3Server implements AutoCloseable {
    public static final String BUCKET = "bucket";
    private static final int LOWEST_PORT = 12_000;
    private static final int PORTS = 4_000;
    private static final Path JAR = Path.of("target", "s3proxy", "s3proxy.jar");

    private final Process process;
    private final int port;
    private final Path credentials;

    private S3Server(Process process, int port, Path credentials) {
        this.process = process;
        this.port = port;
        this.credentials = credentials;
    }

    public static S3Server start(Path directory) throws IOException, InterruptedException {
        int port = freePort();
        Files.createDirectories(directory.resolve("objects").resolve(BUCKET));
        Path configuration = directory.resolve("s3proxy.conf");
        Files.write(
                configuration,
                List.of(
                        "s3proxy.authorization=aws-v2-or-v4",
                        "s3proxy.endpoint=http://127.0.0.1:" + port,
                        "s3proxy.identity=ak",
                        "s3proxy.credential=sk",
                        "jclouds.provider=filesystem-nio2",
                        "jclouds.identity=x",
                        "jclouds.credential=y",
                        "jclouds.filesystem.basedir=" + directory.resolve("objects")));
        Path credentials = directory.resolve("credentials");
        OwnerOnlyFile.create(credentials, "access_key_id=ak\nsecret_access_key=sk\n");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-jar",
                        JAR.toAbsolutePath().toString(),
                        "--properties",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("s3proxy.log").toFile())
                .start();
        S3Server server = new S3Server(process, port, credentials);
        server.awaitListening();
        return server;
    }

    /** Not of the kernel's own range, nor of another test process's that is at work at the same time. */
    private static int freePort() throws IOException {
        int begin = LOWEST_PORT + Integer.getInteger("test.forkNumber", 0) % 2 * PORTS;
        for (int attempt = 0; attempt < PORTS; attempt++) {
            int port = begin + ThreadLocalRandom.current().nextInt(PORTS);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException taken) {
                // another is tried
            }
        }
        throw new IOException("no free port from " + begin + " to " + (begin + PORTS));
    }

    private void awaitListening() throws InterruptedException {
        for (int attempt = 0; attempt < 300; attempt++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 100);
                return;
            } catch (IOException notYet) {
                if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("the S3 server ended with " + process.exitValue());
                }
            }
        }
        throw new IllegalStateException("the S3 server does not listen");
    }

    public int port() {
        return port;
    }

    public String url(String path) {
        return urlThrough(port, path);
    }

    /** The same bucket behind another port, such as that of a proxy. */
    public static String urlThrough(int port, String path) {
        return "s3://" + BUCKET + "/" + path + "?endpoint=http://127.0.0.1:" + port + "&region=us-east-1";
    }

    public Path credentials() {
        return credentials;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
