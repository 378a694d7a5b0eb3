package io.replsqlite.server.ltx.planted;

import io.replsqlite.base.planted.BreachInBase;
import io.replsqlite.planted.HiddenDriver;
import java.net.ServerSocket;
import java.util.logging.Logger;
import org.apache.opendal.OpenDALException;
import org.sqlite.SQLiteConfig;

/** Breaks, on purpose, every rule about what a format of the server may do. Compiled for the policy tests only. */
public final class BreachInFormat {
    public void breakEveryRule() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            Logger.getLogger(BreachInBase.FORMAT)
                    .info(socket + HiddenDriver.NAME + new SQLiteConfig() + OpenDALException.class);
        }
        Thread.sleep(System.nanoTime());
        new Thread(this::toString).start();
    }
}
