package io.replsqlite.planted;

/** Stands for a driver class that the server may not see. Compiled for the policy tests only. */
public final class HiddenDriver {
    public static final String NAME = HiddenDriver.class.getName();

    private HiddenDriver() {}
}
