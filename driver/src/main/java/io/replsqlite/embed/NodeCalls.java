package io.replsqlite.embed;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.wire.CursorRequest;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.HeadResponse;
import io.replsqlite.wire.OutcomeAnswer;
import io.replsqlite.wire.OutcomeQuestion;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import java.io.IOException;

/**
 * What a node answers to drivers, without its HTTP form: the same requests, rules and answers. A method runs on the
 * caller's thread and waits as long as the request itself allows; an interrupt ends the waiting, not the request. An
 * {@link IOException} says that it is not known what became of the request.
 */
public interface NodeCalls {
    ExecuteResponse execute(ExecuteRequest request) throws CallRefusedException, IOException, InterruptedException;

    ExecuteResponse step(TransactionStep step) throws CallRefusedException, IOException, InterruptedException;

    /** The next page of an unfinished read. */
    ExecuteResponse page(CursorRequest request) throws CallRefusedException, IOException;

    OutcomeAnswer outcome(String database, OutcomeQuestion question)
            throws CallRefusedException, IOException, InterruptedException;

    /** @param known the highest epoch that the caller knows: an older primary refuses */
    HeadResponse head(String database, Epoch known) throws CallRefusedException, IOException;

    EpochHistory epochs(String database) throws CallRefusedException;

    /** The client of a transaction lives. Does not wait. */
    void showLife(String database, RequestId transaction);

    /** Interrupts what runs for a request or transaction, if anything does. Does not wait. */
    void cancel(String database, RequestId id);

    /** Rolls an open transaction back: its client is gone. Does not wait. */
    void abandon(String database, RequestId transaction);
}
