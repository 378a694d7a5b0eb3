package io.replsqlite.session;

import io.replsqlite.base.Durability;
import io.replsqlite.wire.ExecuteRequest;
import java.time.Duration;
import java.util.List;

/**
 * Statements that are to run at the primary.
 *
 * @param generatedKeys whether a batch is to tell the key of every row that its entries insert
 * @param limit how long it may take at most, besides writeTimeout; zero: no other limit
 * @param durability what it must have before it is answered, if it writes
 * @param why it runs there, in words
 */
public record Forward(
        ExecuteRequest.Kind kind,
        List<ExecuteRequest.Statement> statements,
        long maxRows,
        boolean generatedKeys,
        Duration limit,
        Durability durability,
        String why) {
    boolean isRead() {
        return kind == ExecuteRequest.Kind.READ;
    }
}
