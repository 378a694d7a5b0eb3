package io.replsqlite.harness.fault;

import io.replsqlite.wire.ExecuteRequest.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The soak run's database and its transactions. In every committed state the accounts sum to zero and the ledger's numbers
 * are without gaps; its last number only grows. The table {@code intruder} is empty but for what foreign writers put there.
 */
final class SoakSchema {
    static final int ACCOUNTS = 200;
    private static final int KEPT_ROWS = 1000;
    private static final int GROWTH_PERIOD = 700;
    private static final int DDL_PERIOD = 400;
    private static final int VACUUM_PERIOD = 2500;

    private SoakSchema() {}

    static List<Statement> create() {
        return List.of(
                Statement.of("create table account(id integer primary key, balance integer not null)"),
                Statement.of("create table ledger(seq integer primary key, body blob)"),
                Statement.of("create table intruder(id integer primary key)"),
                Statement.of("create table filler(id integer primary key, body blob)"),
                Statement.of("create index account_balance on account(balance)"),
                Statement.of("with recursive n(i) as (select 1 union all select i+1 from n where i < " + ACCOUNTS
                        + ") insert into account select i, 0 from n"));
    }

    /** The transaction of a number: a transfer and a ledger row, and at times something larger. */
    static List<Statement> transaction(long number, long seed) {
        if (number % VACUUM_PERIOD == 0) {
            return List.of(Statement.of("VACUUM"));
        }
        Random random = new Random(seed * 1_000_003 + number);
        List<Statement> statements = new ArrayList<>();
        int amount = 1 + random.nextInt(100);
        statements.add(transfer(1 + random.nextInt(ACCOUNTS), amount));
        statements.add(transfer(1 + random.nextInt(ACCOUNTS), -amount));
        statements.add(Statement.of("insert into ledger(seq, body) select coalesce(max(seq), 0) + 1, randomblob("
                + random.nextInt(1500) + ") from ledger"));
        if (number % 100 == 0) {
            statements.add(
                    Statement.of("delete from ledger where seq <= (select max(seq) from ledger) - " + KEPT_ROWS));
        }
        addLarger(number, statements);
        return statements;
    }

    private static void addLarger(long number, List<Statement> statements) {
        if (number % GROWTH_PERIOD == 1) {
            statements.add(Statement.of("with recursive n(i) as (select 1 union all select i+1 from n where i < 300)"
                    + " insert into filler(body) select randomblob(3000) from n"));
        } else if (number % GROWTH_PERIOD == GROWTH_PERIOD / 2) {
            statements.add(Statement.of("delete from filler"));
        } else if (number % DDL_PERIOD == 3) {
            statements.add(Statement.of("create table if not exists passing(a, b, c)"));
            statements.add(Statement.of("create index if not exists passing_a on passing(a)"));
            statements.add(Statement.of("insert into passing select seq, seq, seq from ledger limit 200"));
        } else if (number % DDL_PERIOD == DDL_PERIOD / 2) {
            statements.add(Statement.of("drop table if exists passing"));
        }
    }

    private static Statement transfer(int account, int amount) {
        return Statement.of("update account set balance = balance + (" + amount + ") where id = " + account);
    }
}
