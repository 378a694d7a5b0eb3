package io.replsqlite.server.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Seeded writes of every kind that moves pages: rows, overflow, DDL, mass deletes, VACUUM, several statements a commit. */
final class RandomSql {
    static final String[] SETUP = {"create table t(id integer primary key, k int, v blob)", "create index tk on t(k)"};

    private final Random random;
    private int tables;

    RandomSql(long seed) {
        random = new Random(seed);
    }

    /** The statements of one transaction, or of one that cannot run inside one. */
    List<String> next() {
        int kind = random.nextInt(100);
        if (kind < 3) {
            return List.of("vacuum");
        }
        if (kind < 5) {
            return List.of("pragma incremental_vacuum(10)"); // does something only with auto_vacuum=2
        }
        if (kind < 8) {
            return List.of("delete from t where id % " + (2 + random.nextInt(3)) + " = 0");
        }
        if (kind < 12) {
            return tables == 0 || random.nextBoolean()
                    ? List.of("create table x" + ++tables + " as select * from t limit 50")
                    : List.of("drop table x" + tables--);
        }
        List<String> statements = new ArrayList<>(List.of("begin immediate"));
        for (int count = 1 + random.nextInt(4); count > 0; count--) {
            statements.add(row());
        }
        statements.add(random.nextInt(10) == 0 ? "rollback" : "commit");
        return statements;
    }

    private String row() {
        int size = random.nextInt(20) == 0 ? random.nextInt(60_000) : random.nextInt(300);
        return switch (random.nextInt(3)) {
            case 0 -> "insert into t(k, v) values(" + random.nextInt(1000) + ", randomblob(" + size + "))";
            case 1 -> "update t set k = k + 1, v = randomblob(" + size + ") where k % 50 = " + random.nextInt(50);
            default ->
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < "
                        + (1 + random.nextInt(40)) + ") insert into t(k, v) select abs(random()) % 1000, randomblob("
                        + random.nextInt(400) + ") from n";
        };
    }
}
