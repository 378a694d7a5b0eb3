package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {
    private static final int NODES = 8;
    private static final int ROUNDS = 50;

    @TempDir
    private Path directory;

    @Test
    void nodesThatStartTogetherShareOneTokenThatOnlyTheOwnerReads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(NODES);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Path file = directory.resolve("token" + round);
                assertThat(tokensMadeTogether(threads, file)).hasSize(NODES).containsOnly(Files.readString(file));
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
        } finally {
            threads.shutdown();
        }
        try (var left = Files.list(directory)) {
            assertThat(left.filter(path -> path.toString().endsWith(".tmp"))).isEmpty();
        }
    }

    private List<String> tokensMadeTogether(ExecutorService threads, Path file) throws Exception {
        CyclicBarrier together = new CyclicBarrier(NODES);
        List<Future<String>> started = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            started.add(threads.submit(() -> {
                together.await();
                return TokenFile.readOrMake(file).get(0);
            }));
        }
        List<String> tokens = new ArrayList<>();
        for (Future<String> one : started) {
            tokens.add(one.get());
        }
        return tokens;
    }

    private Path written(String text, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve("written"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void everyLineIsATokenAndTheFirstIsTheOneToPresent() throws Exception {
        assertThat(TokenFile.read(written("the-new-token-of-all\n\n  the-old-token-of-all \n", "rw-r-----")))
                .containsExactly("the-new-token-of-all", "the-old-token-of-all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "too short", "sixteen-or-more\u00e9-letters", "the-token of-two-words-here"})
    void whatIsNoTokenIsRefused(String text) {
        assertThatThrownBy(() -> TokenFile.read(written(text, "rw-------")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("written")
                .hasMessageContaining("openssl rand");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw----r--", "rw--w----", "rw-----w-"})
    void aFileThatOthersCanReadOrChangeIsRefused(String permissions) {
        assertThatThrownBy(() -> TokenFile.read(written("a-token-that-is-long-enough", permissions)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(permissions)
                .hasMessageContaining("chmod 600");
    }
}
