package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.server.election.Holding;
import io.replsqlite.server.election.Verdict;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** A node's databases as an election sees them. On the role thread. */
public interface NodeHoldings {
    /**
     * What this node has, once nothing below this epoch can change it any more.
     *
     * @throws IOException if that cannot be told now
     */
    List<Holding> barredBelow(Epoch below) throws IOException, SQLException, InterruptedException;

    /**
     * Brings one database to where its source has it.
     *
     * @param epoch in which the source has promised to tell its log
     * @param goesOn whether this node still is to lead
     * @throws IOException if that was not possible
     */
    void fetch(Verdict.Lacking lacking, Epoch epoch, BooleanSupplier goesOn)
            throws IOException, SQLException, InterruptedException;

    /** A database that was dropped anywhere is dropped; its files are set aside here too. */
    void dropIfPresent(String database, UUID id) throws IOException, SQLException, InterruptedException;
}
