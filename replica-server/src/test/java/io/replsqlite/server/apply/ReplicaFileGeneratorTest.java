package io.replsqlite.server.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.server.sqlite.OtherProcess;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaFileGeneratorTest {
    private static final long SEED = Long.getLong("replsqlite.test.seed", new Random().nextLong());

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
    void randomWritesArriveAsTheyWereForEveryPageSize(int pageSize) throws Exception {
        run(pageSize, 0, 120);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void fullAndIncrementalAutoVacuumArriveToo(int autoVacuum) throws Exception {
        run(4096, autoVacuum, 150);
    }

    private void run(int pageSize, int autoVacuum, int steps) throws Exception {
        String context = "replsqlite.test.seed=" + SEED + " pageSize=" + pageSize;
        RandomSql sql = new RandomSql(SEED);
        Random random = new Random(SEED);
        try (Twin twin = new Twin(
                        directory,
                        "pragma page_size=" + pageSize,
                        "pragma auto_vacuum=" + autoVacuum,
                        RandomSql.SETUP[0],
                        RandomSql.SETUP[1]);
                OtherProcess reader = startReader(twin.target.database())) {
            assertThat(reader.readLine()).isEqualTo("ready");
            for (int step = 0; step < steps; step++) {
                twin.write(sql.next().toArray(String[]::new));
                twin.replicate();
                if (random.nextInt(8) == 0) {
                    twin.replica.checkpoint();
                    twin.replica.restartWal();
                }
                if (random.nextInt(30) == 0) {
                    twin.assertEqualContent(context + " step=" + step);
                }
                if (random.nextInt(15) == 0) {
                    twin.write("pragma wal_checkpoint(truncate)");
                }
            }
            twin.assertEqualContent(context);
            twin.assertEqualPages(context);
            reader.writeLine("stop");
            assertThat(reader.finish())
                    .as(context)
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("snapshots ");
        }
    }

    /** Checks integrity, and that one connection's view of an index and its table agree, until told to stop. */
    private static OtherProcess startReader(Path database) throws Exception {
        return OtherProcess.python("""
                import select, sqlite3, sys
                db = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
                snapshots = 0
                print('ready', flush=True)
                while not select.select([sys.stdin], [], [], 0)[0]:
                    db.execute('begin')
                    if db.execute('pragma integrity_check').fetchall() != [('ok',)]:
                        sys.exit('damaged')
                    by_table = db.execute('select total(k) from t not indexed').fetchone()
                    if by_table != db.execute('select total(k) from t indexed by tk').fetchone():
                        sys.exit('torn')
                    db.execute('commit')
                    snapshots += 1
                print('snapshots', snapshots)
                """, database.toString());
    }
}
