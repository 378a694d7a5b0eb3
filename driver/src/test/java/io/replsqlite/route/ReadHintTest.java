package io.replsqlite.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.api.Consistency;
import io.replsqlite.api.OnStale;
import io.replsqlite.base.Durability;
import io.replsqlite.config.ReadRule;
import java.sql.SQLSyntaxErrorException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadHintTest {
    private static final ReadRule BASE =
            new ReadRule(Consistency.SESSION, null, OnStale.PRIMARY, Duration.ofSeconds(1));

    @Test
    void saysWhatAWriteAsksFor() throws Exception {
        ReadHint hint = ReadHint.of("/*+ replsqlite: durability=all */ delete from t");
        assertThat(hint.durability()).isEqualTo(Durability.ALL);
        assertThat(hint.over(BASE)).as("nothing of reads").isEqualTo(BASE);
        assertThat(ReadHint.of("/*+ replsqlite: onStale=fail */ select 1").durability())
                .isNull();
        assertThatThrownBy(() -> ReadHint.of("/*+ replsqlite: durability=some */ delete from t"))
                .hasMessageContaining("local, quorum, all");
    }

    @Test
    void changesWhatItNamesAndLeavesTheRest() throws Exception {
        ReadHint hint =
                ReadHint.of("\n /*+ replsqlite: consistency=bounded, freshness=500ms\tonStale=fail */ select 1");
        assertThat(hint).isNotNull();
        assertThat(hint.over(BASE))
                .isEqualTo(
                        new ReadRule(Consistency.BOUNDED, Duration.ofMillis(500), OnStale.FAIL, Duration.ofSeconds(1)));
        ReadRule other = BASE.with(Consistency.EVENTUAL);
        assertThat(ReadHint.of("/*+replsqlite:readTimeout=2s*/select 1").over(other))
                .isEqualTo(new ReadRule(Consistency.EVENTUAL, null, OnStale.PRIMARY, Duration.ofSeconds(2)));
        assertThat(hint.over(other)).isEqualTo(hint.over(BASE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                "/* replsqlite: consistency=primary */ select 1",
                "/*+ SeqScan(t) */ select 1",
                "select /*+ replsqlite: consistency=primary */ 1",
                "/*",
                ""
            })
    void isNothingElseThanAHintOfItsOwnAtTheHead(String sql) throws Exception {
        assertThat(ReadHint.of(sql)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*+ replsqlite consistency=primary */ select 1",
                "/*+ replsqlite: level=primary */ select 1",
                "/*+ replsqlite: primary */ select 1",
                "/*+ replsqlite: writeTimeout=1s */ select 1"
            })
    void namesTheValidOnesWhenItCannotBeUnderstood(String sql) {
        assertThatThrownBy(() -> ReadHint.of(sql))
                .isInstanceOf(SQLSyntaxErrorException.class)
                .hasMessageContaining("consistency, freshness, onStale, readTimeout")
                .hasMessageContaining("nothing was executed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*+ replsqlite: consistency=strong */ select 1",
                "/*+ replsqlite: freshness=5 */ select 1",
                "/*+ replsqlite: consistency=bounded */ select 1"
            })
    void saysWhatAValueMustBe(String sql) throws Exception {
        ReadHint hint = ReadHint.of(sql);
        assertThatThrownBy(() -> hint.over(BASE))
                .isInstanceOf(SQLSyntaxErrorException.class)
                .hasMessageContaining("nothing was executed");
    }
}
