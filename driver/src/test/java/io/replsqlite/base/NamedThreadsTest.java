package io.replsqlite.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

class NamedThreadsTest {
    @Test
    void threadsAreNumberedDaemonsWithAHandlerOfTheirOwn() {
        ThreadFactory factory = NamedThreads.of("apply");
        Thread first = factory.newThread(() -> {});
        Thread second = factory.newThread(() -> {});
        assertThat(first.getName()).isEqualTo("replsqlite-apply-1");
        assertThat(second.getName()).isEqualTo("replsqlite-apply-2");
        assertThat(first.isDaemon()).isTrue();
        assertThat(first.getUncaughtExceptionHandler()).isNotSameAs(first.getThreadGroup());
    }

    @Test
    void aSingleThreadRunsItsWorkUnderItsPlainName() throws InterruptedException {
        StringBuffer ran = new StringBuffer();
        Thread thread = NamedThreads.single(
                "writer", () -> ran.append(Thread.currentThread().getName()));
        thread.start();
        thread.join();
        assertThat(ran.toString()).isEqualTo("replsqlite-writer");
    }
}
