package io.replsqlite.harness.simulation.schedule;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.ThreadControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread run at a time. Whoever waits chooses, by the seed, among those that can go on; when none can, time moves to
 * the next deadline or event. Code between two waits is one step, so a seed gives one order of all steps.
 */
public final class Scheduler implements ThreadControl {
    private static final int LONGEST_STEP_NANOS = 40_000;

    /** A simulation that takes more steps than this makes no progress. */
    private static final int MOST_STEPS = 2_000_000;

    private final Random random;
    private final Trace trace = new Trace();
    private final List<Task> tasks = new ArrayList<>();
    private final Map<Thread, Task> byThread = new HashMap<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final MonotonicClock trueClock = new TrueClock();
    private final Task root = new Task("simulation", null);
    private Task running = root;
    private Runnable afterEachStep = () -> {};
    private @Nullable Throwable failure;
    private boolean unwinding;
    private long now;
    private long steps;
    private long eventsMade;

    private record Event(long at, long order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final class TrueClock implements MonotonicClock {
        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public long wallMillis() {
            return now / 1_000_000;
        }
    }

    public Scheduler(Random random) {
        this.random = random;
        tasks.add(root);
    }

    /** Time as nobody in the simulation knows it. */
    public MonotonicClock trueClock() {
        return trueClock;
    }

    public long steps() {
        return steps;
    }

    public Trace trace() {
        return trace;
    }

    /** Something worth reading after a failure. */
    public void note(String text) {
        trace.event(text, now);
    }

    /** @param check runs after each step, on whichever thread; what it throws fails the simulation */
    public void afterEachStep(Runnable check) {
        afterEachStep = check;
    }

    /** Runs the script on the calling thread, with this control; answers what went wrong, if anything did. */
    public @Nullable Throwable run(ThrowingScript script) {
        ThreadControl.enter(this);
        try {
            script.run();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            fail(interrupted);
        } catch (Exception | AssertionError problem) {
            fail(problem);
        } finally {
            ThreadControl.enter(null);
        }
        return failure;
    }

    /** What a simulation does. */
    @FunctionalInterface
    public interface ThrowingScript {
        void run() throws Exception;
    }

    /** The first failure ends the simulation. */
    public void fail(Throwable problem) {
        if (failure == null) {
            failure = problem;
            note("FAILED: " + problem);
        }
    }

    public boolean hasFailed() {
        return failure != null;
    }

    /** Runs something at a time, between two steps. It must not wait. */
    public void at(Duration fromNow, Runnable what) {
        events.add(new Event(now + fromNow.toNanos(), eventsMade++, what));
    }

    /** Starts a thread on a machine. */
    public Thread start(Machine machine, String name, Runnable work) {
        Task task = new Task(name, machine);
        Thread thread = threadOf(task, work, run -> NamedThreads.of("simulated").newThread(run));
        thread.start();
        return thread;
    }

    @Override
    public Thread make(String name, Runnable work, ThreadFactory plain) {
        Machine machine = running.machine();
        String place = machine == null ? "" : machine.name() + " ";
        return threadOf(new Task(place + name, machine), work, plain);
    }

    private Thread threadOf(Task task, Runnable work, ThreadFactory plain) {
        tasks.add(task);
        unwinding |= task.isDying();
        ThreadControl outer = ThreadControl.current();
        ThreadControl.enter(null);
        Thread thread = plain.newThread(() -> runTask(task, work));
        ThreadControl.enter(outer);
        byThread.put(thread, task);
        task.waitFor(() -> isStarted(thread), null);
        return thread;
    }

    private static boolean isStarted(Thread thread) {
        return thread.getState() != Thread.State.NEW;
    }

    private void runTask(Task task, Runnable work) {
        ThreadControl.enter(this);
        task.awaitTurn();
        try {
            if (!task.isDying()) {
                work.run();
            }
        } catch (SimulatedCrash crashed) {
            trace.mix(task.name().hashCode());
        } catch (RuntimeException | Error problem) {
            if (!task.isDying()) {
                fail(problem);
            }
        } finally {
            task.end();
            tasks.remove(task);
            byThread.remove(Thread.currentThread());
            Task next = choose();
            running = next;
            next.giveTurn();
        }
    }

    @Override
    public boolean hasEnded(Thread thread) {
        return !byThread.containsKey(thread);
    }

    @Override
    public boolean await(BooleanSupplier condition, Deadline deadline) {
        handOver(condition, deadline);
        return condition.getAsBoolean();
    }

    @Override
    public void await(BooleanSupplier condition) {
        handOver(condition, null);
    }

    /** Lets others run for a while. */
    public void pause(Duration duration, MonotonicClock clock) {
        boolean ignored = await(() -> false, Deadline.after(duration, clock));
    }

    /** Lets others run first, if the seed says so. */
    public void yieldNow() {
        handOver(Task.NOTHING, null);
    }

    private void handOver(BooleanSupplier condition, @Nullable Deadline deadline) {
        Task me = running;
        dieIfDown(me);
        me.waitFor(condition, deadline);
        Task next = choose();
        if (next != me) {
            running = next;
            next.giveTurn();
            me.awaitTurn();
        }
        me.waitFor(Task.NOTHING, null);
        dieIfDown(me);
    }

    /** Ends the running thread if its machine is down. */
    public void dieIfDown() {
        dieIfDown(running);
    }

    private static void dieIfDown(Task task) {
        Machine machine = task.machine();
        if (machine != null && !machine.isUp()) {
            throw new SimulatedCrash(machine.name());
        }
    }

    /** Nothing of what runs on it goes on; each of its threads is unwound before anything else happens. */
    public void crash(Machine machine) {
        machine.powerOff();
        unwinding = true;
        note("the machine " + machine.name() + " loses its power");
    }

    /** On the thread that runs the script: returns when no other thread is left. */
    public void awaitAlone() {
        while (tasks.size() > 1) {
            handOver(() -> tasks.size() == 1, null);
        }
    }

    /** A defect of the simulation itself must not take the turn from everybody. */
    private Task choose() {
        try {
            return chooseNext();
        } catch (RuntimeException | Error defect) {
            fail(defect);
            return root;
        }
    }

    private Task chooseNext() {
        steps++;
        now += random.nextInt(LONGEST_STEP_NANOS);
        checkStep();
        while (true) {
            Task dying = firstDying();
            if (dying != null) {
                return dying;
            }
            runDueEvents();
            if (failure != null) {
                return root;
            }
            List<Task> able = able();
            if (!able.isEmpty()) {
                Task chosen = able.get(able.size() == 1 ? 0 : random.nextInt(able.size()));
                trace.step(chosen.name(), now);
                return chosen;
            }
            moveTime();
        }
    }

    private void checkStep() {
        if (failure != null) {
            return;
        }
        try {
            afterEachStep.run();
        } catch (RuntimeException | AssertionError violated) {
            fail(violated);
        }
        if (steps > MOST_STEPS) {
            fail(new IllegalStateException("no end after " + steps + " steps"));
        }
    }

    /** One whose maker has died before it was started will never take a turn. */
    private @Nullable Task firstDying() {
        if (!unwinding) {
            return null;
        }
        byThread.forEach((thread, task) -> {
            if (task.isDying() && !isStarted(thread)) {
                tasks.remove(task);
            }
        });
        for (Task task : tasks) {
            if (task.isDying()) {
                return task;
            }
        }
        unwinding = false;
        return null;
    }

    private List<Task> able() {
        List<Task> able = new ArrayList<>();
        for (Task task : tasks) {
            if (task.mayRun()) {
                able.add(task);
            }
        }
        return able;
    }

    private void runDueEvents() {
        Event next = events.peek();
        while (next != null && next.at <= now) {
            events.remove(next);
            next.what.run();
            next = events.peek();
        }
    }

    private void moveTime() {
        long left = Long.MAX_VALUE;
        for (Task task : tasks) {
            left = Math.min(left, task.trueNanosLeft());
        }
        Event next = events.peek();
        if (next != null) {
            left = Math.min(left, next.at - now);
        }
        if (left == Long.MAX_VALUE) {
            fail(new IllegalStateException("every thread waits for another"));
            return;
        }
        now += Math.max(1, left);
    }
}
