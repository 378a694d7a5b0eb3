package io.replsqlite.server.sqlite;

import java.io.IOException;

/** A database that must not be served as it is. Says what was found, why that matters, and what to do. */
public final class UnusableDatabaseException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String why;
    private final String whatToDo;

    public UnusableDatabaseException(String what, String why, String whatToDo) {
        super(what + ": " + why + ". " + Character.toUpperCase(whatToDo.charAt(0)) + whatToDo.substring(1) + ".");
        this.what = what;
        this.why = why;
        this.whatToDo = whatToDo;
    }

    public String what() {
        return what;
    }

    public String why() {
        return why;
    }

    public String whatToDo() {
        return whatToDo;
    }
}
