package io.replsqlite.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailurePointTest {
    @AfterEach
    void disarm() {
        FailurePoint.arm("");
    }

    private static long millisOf(FailurePoint point) throws IOException {
        long began = System.nanoTime();
        point.reached();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    @Test
    void aSlowStepWaitsFromTheChosenHitOn() throws IOException {
        FailurePoint.arm("LOG_APPENDED=slow@2");
        FailurePoint.LOG_APPENDED.reached();
        assertThat(millisOf(FailurePoint.LOG_APPENDED)).isGreaterThanOrEqualTo(FailurePoint.SLOW_MILLIS - 1);
        assertThat(millisOf(FailurePoint.LOG_APPENDED)).isGreaterThanOrEqualTo(FailurePoint.SLOW_MILLIS - 1);
    }

    @Test
    void aBrokenStepFailsFromTheChosenHitOnAndNoOtherDoes() {
        FailurePoint.arm("LOG_APPENDED=error@2");
        assertThatCode(FailurePoint.LOG_APPENDED::reached).doesNotThrowAnyException();
        assertThatThrownBy(FailurePoint.LOG_APPENDED::reached).hasMessageContaining("LOG_APPENDED");
        assertThatThrownBy(FailurePoint.LOG_APPENDED::reached).isInstanceOf(IOException.class);
        assertThatCode(FailurePoint.LOG_SYNCED::reached).doesNotThrowAnyException();
    }

    @Test
    void aHangingStepGoesOnWhenItIsDisarmed() throws Exception {
        FailurePoint.arm("LOG_APPENDED=hang");
        CompletableFuture<Void> step = CompletableFuture.runAsync(() -> {
            try {
                FailurePoint.LOG_APPENDED.reached();
            } catch (IOException unexpected) {
                throw new UncheckedIOException(unexpected);
            }
        });
        assertThatThrownBy(() -> step.get(2L * FailurePoint.SLOW_MILLIS, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        FailurePoint.arm("");
        assertThat(step).succeedsWithin(10, TimeUnit.SECONDS);
    }

    @Test
    void anArmingThatCannotBeReadIsRefused() {
        assertThatThrownBy(() -> FailurePoint.arm("LOG_APPENDED")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FailurePoint.arm("LOG_APPENDED=sing")).isInstanceOf(IllegalArgumentException.class);
    }
}
