package io.replsqlite.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FileLeaseTest {
    @TempDir
    Path directory;

    /** Hears what a provider says, as text. */
    private static final class Words implements LeaseListener {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Override
        public void granted(Lease lease) {
            heard.add("granted " + lease.epoch());
        }

        @Override
        public void lost(String reason) {
            heard.add("lost " + reason);
        }

        @Override
        public void heldBy(LeaseHolder holder) {
            heard.add("held by " + holder.nodeName() + " " + holder.epoch());
        }

        private String next() throws InterruptedException {
            return String.valueOf(heard.poll(10, TimeUnit.SECONDS));
        }
    }

    private FileLease start(String name, long promised, Words words) throws LeaseException {
        FileLease lease = new FileLease(directory);
        lease.start(new Candidate(name, URI.create("http://" + name + ":1"), () -> new Epoch(promised)), words);
        return lease;
    }

    @Test
    void oneOfTwoNodesInOneProcessHoldsItAndTheOtherFollowsWithAHigherEpoch() throws Exception {
        Words first = new Words();
        Words second = new Words();
        try (FileLease a = start("a", 0, first)) {
            assertThat(first.next()).isEqualTo("granted 1");
            try (FileLease b = start("b", 0, second)) {
                assertThat(second.next()).isEqualTo("held by a 1");
                a.close();
                assertThat(second.next()).isEqualTo("granted 2");
                assertThat(b.describe()).contains(directory.toString());
            }
        }
    }

    @Test
    void aNodeThatLeavesDoesNotDropTheLockOfAnotherInTheSameProcess() throws Exception {
        Words first = new Words();
        try (FileLease a = start("a", 0, first)) {
            assertThat(first.next()).isEqualTo("granted 1");
            Words second = new Words();
            try (FileLease b = start("b", 0, second)) {
                assertThat(second.next()).isEqualTo("held by a 1");
                assertThat(b.describe()).startsWith("file");
            }
            assertThat(a.describe()).startsWith("file");
            assertThat(isFreeForAnotherProcess()).isFalse();
        }
        assertThat(isFreeForAnotherProcess()).isTrue();
    }

    private boolean isFreeForAnotherProcess() throws Exception {
        String script = "import fcntl,sys\nf=open(sys.argv[1],'r+')\n"
                + "try:\n fcntl.lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB)\nexcept OSError:\n sys.exit(7)\n";
        Process python = new ProcessBuilder(
                        "python3", "-c", script, directory.resolve("lease.lock").toString())
                .redirectErrorStream(true)
                .start();
        int exit = python.waitFor();
        assertThat(exit)
                .as(new String(python.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isIn(0, 7);
        return exit == 0;
    }

    @Test
    void theEpochExceedsWhatTheNodeHasPromised() throws Exception {
        Words words = new Words();
        try (FileLease a = start("a", 41, words)) {
            assertThat(words.next()).isEqualTo("granted 42");
            assertThat(a.describe()).startsWith("file");
        }
    }

    @Test
    void aDamagedLeaseFileKeepsNobodyElseFromTheLock() throws Exception {
        Files.createDirectories(directory);
        Path file = directory.resolve("lease.properties");
        Files.writeString(file, "node=a\nurl=http://a\nepoch=no number\n");
        Words words = new Words();
        try (FileLease a = start("a", 0, words)) {
            assertThat(words.heard.poll(400, TimeUnit.MILLISECONDS)).isNull();
            assertThat(isFreeForAnotherProcess()).isTrue();
            Files.delete(file);
            assertThat(words.next()).isEqualTo("granted 1");
            assertThat(a.describe()).startsWith("file");
        }
    }

    @Test
    void theLeaseGoesToTheSuccessorThatWasNamedAndPastTheOthers() throws Exception {
        Words first = new Words();
        Words second = new Words();
        Words third = new Words();
        try (FileLease a = start("a", 0, first)) {
            assertThat(first.next()).isEqualTo("granted 1");
            try (FileLease b = start("b", 0, second);
                    FileLease c = start("c", 0, third)) {
                assertThat(second.next()).isEqualTo("held by a 1");
                assertThat(third.next()).isEqualTo("held by a 1");
                assertThat(b.members()).extracting(Member::nodeName).containsExactly("a", "b", "c");

                a.resign("c", Duration.ofSeconds(30));
                assertThat(third.next()).isEqualTo("granted 2");
                assertThat(second.next()).isEqualTo("held by c 2");
                assertThat(first.next()).isEqualTo("held by c 2");

                c.resign(null, Duration.ofSeconds(30));
                assertThat(second.next()).isEqualTo("granted 3");
            }
        }
    }

    @Test
    void aSecondNodeOfOneNameIsRefused() throws Exception {
        try (FileLease a = start("a", 0, new Words());
                FileLease twin = new FileLease(directory)) {
            Candidate self = new Candidate("a", URI.create("http://elsewhere:1"), () -> Epoch.NONE);
            assertThatThrownBy(() -> twin.start(self, new Words()))
                    .isInstanceOf(LeaseException.class)
                    .hasMessageContaining("another node named a runs");
            assertThat(a.members()).hasSize(1);
        }
    }

    @Test
    void whoeverDoesNotStandIsNeverGranted() throws Exception {
        Words words = new Words();
        try (FileLease onlyFollows = new FileLease(directory)) {
            onlyFollows.start(new Candidate("b", URI.create("http://b:1"), false, () -> Epoch.NONE), words);
            try (FileLease a = start("a", 0, new Words())) {
                assertThat(words.next()).isEqualTo("held by a 1");
                assertThat(a.members()).hasSize(2);
            }
            assertThat(words.heard.poll(200, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void aStaticLeaseIsGrantedToTheNamedNodeOnly() {
        StaticLease lease = new StaticLease("a", URI.create("http://a:1"));
        Words named = new Words();
        Words other = new Words();
        lease.start(new Candidate("a", URI.create("http://a:1"), () -> new Epoch(3)), named);
        lease.start(new Candidate("b", URI.create("http://b:1"), () -> new Epoch(3)), other);
        assertThat(named.heard).containsExactly("granted 4");
        assertThat(other.heard).containsExactly("held by a 3");
        lease.close();
    }
}
