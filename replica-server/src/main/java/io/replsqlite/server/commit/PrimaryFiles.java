package io.replsqlite.server.commit;

import io.replsqlite.server.capture.Capture;
import io.replsqlite.server.capture.WalPin;
import io.replsqlite.server.checkpoint.CheckpointWriter;
import io.replsqlite.server.log.ChangeLog;
import java.sql.Connection;

/** What a primary's writer thread works with; all of it is that thread's alone while the tenure lasts. */
public record PrimaryFiles(
        Connection connection, Capture capture, WalPin pin, ChangeLog log, CheckpointWriter checkpoints) {}
