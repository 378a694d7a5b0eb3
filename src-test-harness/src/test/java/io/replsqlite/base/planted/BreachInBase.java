package io.replsqlite.base.planted;

import io.replsqlite.server.ltx.planted.BreachInFormat;
import io.replsqlite.spring.RequestSession;

/** Breaks, on purpose, the rules about what the base and the driver may import. Compiled for the policy tests only. */
public final class BreachInBase {
    public static final String FORMAT = new BreachInFormat().toString();
    public static final String FRAMEWORK = RequestSession.class.getName();

    private BreachInBase() {}
}
