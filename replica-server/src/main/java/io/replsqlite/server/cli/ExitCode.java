package io.replsqlite.server.cli;

/** How a command ends. Scripts rely on the numbers: they never change their meaning. */
public enum ExitCode {
    /** Done, and the answer is good. */
    OK(0, "done"),
    /** Could not be done; the error report says why. */
    FAILED(1, "could not be done: see the error report"),
    /** The command line is wrong; nothing was tried. */
    USAGE(2, "wrong command line, nothing was tried"),
    /** Done, and the answer is bad: a file is invalid, replicas differ. */
    BAD(3, "done, and the answer is bad: an invalid file, replicas that differ");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    public String meaning() {
        return meaning;
    }
}
