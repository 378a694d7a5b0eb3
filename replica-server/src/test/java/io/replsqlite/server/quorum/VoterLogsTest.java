package io.replsqlite.server.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Durability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VoterLogsTest {
    @ParameterizedTest
    @CsvSource({
        "a,          a=5,             5,  5",
        "a b,        a=5,             -1, -1",
        "a b,        a=5 b=3,         3,  3",
        "a b c,      a=5,             -1, -1",
        "a b c,      a=5 b=3,         3,  -1",
        "a b c,      a=5 b=3 c=4,     4,  3",
        "a b c,      b=7 c=9,         7,  -1",
        "a b c d,    a=5 b=4 c=3,     3,  -1",
        "a b c d e,  a=9 b=1 c=8 d=2, 2,  -1",
        "a b c,      a=5 x=9 y=9,     -1, -1",
        "'',         a=5,             -1, -1"
    })
    void theHighestTxidThatAMajorityOrAllHave(String voters, String logs, long quorum, long all) {
        VoterLogs known = new VoterLogs(voters.isEmpty() ? List.of() : List.of(voters.split(" ")));
        for (String log : logs.split(" ")) {
            known.durable(log.substring(0, 1), Long.parseLong(log.substring(2)));
        }
        assertThat(known.reached(Durability.QUORUM)).isEqualTo(quorum);
        assertThat(known.reached(Durability.ALL)).isEqualTo(all);
    }

    @Test
    void whateverIsReachedIsInSoManyLogsAndTheNextTxidIsNot() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<String> voters = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(7); i++) {
                voters.add("n" + i);
            }
            VoterLogs known = new VoterLogs(voters);
            Map<String, Long> model = new HashMap<>();
            for (int step = 0; step < 20; step++) {
                String node = "n" + random.nextInt(9);
                long txid = random.nextInt(30);
                known.durable(node, txid);
                model.put(node, txid);
                check(known, voters, model, voters.size() / 2 + 1, Durability.QUORUM, seed);
                check(known, voters, model, voters.size(), Durability.ALL, seed);
            }
        }
    }

    private static void check(
            VoterLogs known, List<String> voters, Map<String, Long> model, int needed, Durability level, long seed) {
        long reached = known.reached(level);
        assertThat(having(voters, model, reached))
                .as("seed %d, %s", seed, level)
                .isGreaterThanOrEqualTo(reached == VoterLogs.NOTHING ? 0 : needed);
        assertThat(having(voters, model, reached + 1))
                .as("seed %d, %s", seed, level)
                .isLessThan(needed);
    }

    private static long having(List<String> voters, Map<String, Long> model, long txid) {
        return voters.stream()
                .filter(voter -> model.getOrDefault(voter, VoterLogs.NOTHING) >= txid)
                .count();
    }
}
