package io.replsqlite.server.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.server.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointScheduleTest {
    private static final int TRIGGER = 100;
    private static final Duration INTERVAL = Duration.ofSeconds(60);

    private final ManualClock clock = new ManualClock();
    private final Steps steps = new Steps();
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final CheckpointSchedule schedule =
            new CheckpointSchedule(steps, background::add, TRIGGER, INTERVAL, clock);

    /** A WAL of so many frames, which may start over or not. */
    private static final class Steps implements CheckpointSteps {
        private final List<String> taken = new ArrayList<>();
        private int frames;
        private boolean mayPrepare = true;
        private boolean mayStartOver = true;
        private IOException copyFailure;

        @Override
        public int walFrames() {
            return frames;
        }

        @Override
        public boolean prepare() {
            taken.add("prepare");
            return mayPrepare;
        }

        @Override
        public void copy() throws IOException {
            taken.add("copy");
            if (copyFailure != null) {
                throw copyFailure;
            }
        }

        @Override
        public boolean finish() {
            taken.add("finish");
            frames = mayStartOver ? 0 : frames;
            return mayStartOver;
        }

        @Override
        public String hindrance() {
            return "";
        }
    }

    private List<String> run() throws Exception {
        steps.taken.clear();
        schedule.runIfDue();
        if (!background.isEmpty()) {
            background.remove().run();
        }
        schedule.runIfDue();
        return List.copyOf(steps.taken);
    }

    @Test
    void nothingHappensBelowTheTrigger() throws Exception {
        steps.frames = TRIGGER - 1;
        assertThat(run()).isEmpty();
    }

    @Test
    void atTheTriggerTheWalIsCopiedInTheBackgroundAndFinishedByTheOwner() throws Exception {
        steps.frames = TRIGGER;
        schedule.runIfDue();
        schedule.runIfDue();
        assertThat(steps.taken).as("the copy has not run yet").containsExactly("prepare");
        background.remove().run();
        assertThat(steps.taken).containsExactly("prepare", "copy");
        schedule.runIfDue();
        assertThat(steps.taken).containsExactly("prepare", "copy", "finish");
        assertThat(run()).as("the WAL is empty").isEmpty();
    }

    @Test
    void aFewFramesAreCheckpointedAfterTheInterval() throws Exception {
        steps.frames = 1;
        clock.advance(INTERVAL.minusNanos(1));
        assertThat(run()).isEmpty();
        clock.advance(Duration.ofNanos(1));
        assertThat(run()).containsExactly("prepare", "copy", "finish");
    }

    @Test
    void anEmptyWalIsLeftAloneHoweverLate() throws Exception {
        clock.advance(INTERVAL.multipliedBy(10));
        assertThat(run()).isEmpty();
    }

    @Test
    void aWalThatCannotStartOverIsTriedAgainWhenItHasGrownByTheTrigger() throws Exception {
        steps.frames = TRIGGER;
        steps.mayStartOver = false;
        assertThat(run()).hasSize(3);
        steps.frames = 2 * TRIGGER - 1;
        assertThat(run()).isEmpty();
        steps.frames = 2 * TRIGGER;
        assertThat(run()).hasSize(3);
    }

    @Test
    void aWalThatCannotStartOverAndDoesNotGrowIsNotCopiedAgain() throws Exception {
        steps.frames = TRIGGER;
        steps.mayStartOver = false;
        run();
        clock.advance(INTERVAL.multipliedBy(2));
        assertThat(run()).isEmpty();
        steps.frames++;
        assertThat(run()).hasSize(3);
    }

    @Test
    void whenItCannotBePreparedItIsTriedAgain() throws Exception {
        steps.frames = TRIGGER;
        steps.mayPrepare = false;
        assertThat(run()).containsOnly("prepare");
        steps.mayPrepare = true;
        assertThat(run()).containsExactly("prepare", "copy", "finish");
    }

    @Test
    void aFailedCopyIsTheOwnersProblemAndTheNextAttemptIsANewOne() throws Exception {
        steps.frames = TRIGGER;
        steps.copyFailure = new IOException("no space left");
        assertThatThrownBy(this::run).isInstanceOf(IOException.class).hasMessageContaining("no space left");
        steps.copyFailure = null;
        assertThat(run()).containsExactly("prepare", "copy", "finish");
    }

    @Test
    void atTheEndEverythingIsFinishedAtOnce() throws Exception {
        steps.frames = 1;
        schedule.finishNow();
        assertThat(steps.taken).containsExactly("prepare", "finish");
    }

    @Test
    void atTheEndACopyUnderWayIsWaitedFor() throws Exception {
        steps.frames = TRIGGER;
        schedule.runIfDue();
        background.remove().run();
        schedule.finishNow();
        assertThat(steps.taken).containsExactly("prepare", "copy", "finish");
    }
}
