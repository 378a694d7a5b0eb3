package io.replsqlite.api;

import java.sql.Statement;

/** A statement that can tell where it ran. */
public interface ReplicaStatement extends Statement {
    /** Where its last execution ran; {@link LastRoute#NONE} before the first. */
    LastRoute lastRoute();
}
