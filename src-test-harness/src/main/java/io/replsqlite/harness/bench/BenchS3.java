package io.replsqlite.harness.bench;

import io.replsqlite.harness.cluster.FreePorts;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An S3 server on this machine (S3Proxy over a directory), in a process of its own, with one bucket. */
final class BenchS3 implements AutoCloseable {
    private static final String BUCKET = "bucket";
    private static final String KEY = "bench-key";
    private static final String SECRET = "bench-secret";
    private static final int ATTEMPTS = 300;
    private static final int PAUSE_MILLIS = 100;

    private final Process process;
    private final int port;
    private final Path credentials;

    private BenchS3(Process process, int port, Path credentials) {
        this.process = process;
        this.port = port;
        this.credentials = credentials;
    }

    /** @param jar S3Proxy with its dependencies */
    static BenchS3 start(Path jar, Path directory) throws IOException, InterruptedException {
        int port = FreePorts.find(1).get(0);
        Path objects = directory.resolve("objects");
        Files.createDirectories(objects.resolve(BUCKET));
        Path configuration = directory.resolve("s3proxy.conf");
        Files.write(
                configuration,
                List.of(
                        "s3proxy.authorization=aws-v2-or-v4",
                        "s3proxy.endpoint=http://127.0.0.1:" + port,
                        "s3proxy.identity=" + KEY,
                        "s3proxy.credential=" + SECRET,
                        "jclouds.provider=filesystem-nio2",
                        "jclouds.identity=unused",
                        "jclouds.credential=unused",
                        "jclouds.filesystem.basedir=" + objects));
        Path credentials = directory.resolve("credentials");
        OwnerOnlyFile.create(credentials, "access_key_id=" + KEY + "\nsecret_access_key=" + SECRET + "\n");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-jar",
                        jar.toString(),
                        "--properties",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("s3proxy.log").toFile())
                .start();
        BenchS3 server = new BenchS3(process, port, credentials);
        server.awaitListening();
        return server;
    }

    private void awaitListening() throws IOException, InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PAUSE_MILLIS);
                return;
            } catch (IOException notYet) {
                if (process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new IOException("the S3 server ended with " + process.exitValue(), notYet);
                }
            }
        }
        close();
        throw new IOException("the S3 server does not listen");
    }

    String url(String path) {
        return "s3://" + BUCKET + "/" + path + "?endpoint=http://127.0.0.1:" + port + "&region=us-east-1";
    }

    Path credentials() {
        return credentials;
    }

    /** For programs that take the credentials from there. */
    Map<String, String> environment() {
        return Map.of("AWS_ACCESS_KEY_ID", KEY, "AWS_SECRET_ACCESS_KEY", SECRET);
    }

    @Override
    public void close() throws InterruptedException {
        int ignored = process.destroyForcibly().waitFor();
    }
}
