package io.replsqlite.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SqlStatementTest {
    private static List<String> texts(String sql) {
        return SqlStatement.split(sql).stream().map(SqlStatement::text).toList();
    }

    @Test
    void splitsAtSemicolonsOutsideStringsNamesAndComments() {
        assertThat(texts("select ';'; insert into \"a;b\" values('it''s;')  ; -- c;c\n/* ; */ delete from [x;y];;"))
                .containsExactly("select ';'", "insert into \"a;b\" values('it''s;')", "delete from [x;y]");
    }

    @Test
    void keepsATriggerWhole() {
        String trigger = "create temp trigger x after insert on t begin update t set a=case when 1 then 2 end; delete"
                + " from u; end";
        assertThat(texts(trigger + "; select 1")).containsExactly(trigger, "select 1");
        assertThat(texts("create table trigger_like(a); select 2")).hasSize(2);
    }

    @Test
    void findsTheFirstWordBehindCommentsAndKeepsUnfinishedTextInOnePiece() {
        assertThat(SqlStatement.first("/*+ hint */ -- x\n ;; PrAgma foo").firstWord())
                .isEqualTo("PRAGMA");
        assertThat(SqlStatement.first(" -- nothing").words()).isEmpty();
        assertThat(texts("select 'open ; string")).containsExactly("select 'open ; string");
        assertThat(texts("select 1 /* open ;")).containsExactly("select 1");
    }

    @Test
    void seesCallsAndInserts() {
        assertThat(SqlStatement.first("select \"Load_Extension\" ('x')").calls("LOAD_EXTENSION"))
                .isTrue();
        assertThat(SqlStatement.first("select 'load_extension('").calls("LOAD_EXTENSION"))
                .isFalse();
        assertThat(SqlStatement.first("with x as (select 1) insert into t select * from x")
                        .isInsert())
                .isTrue();
        assertThat(SqlStatement.first("with x as (select replace('a','b','c')) select * from x")
                        .isInsert())
                .isFalse();
    }

    @Test
    void aQuoteInATclParameterHidesNothing() {
        assertThat(SqlStatement.first("select $a('), load_extension('x'), $b(')")
                        .calls("LOAD_EXTENSION"))
                .isTrue();
        assertThat(SqlStatement.first("select @a::b(\"), load_extension(\"x\")").calls("LOAD_EXTENSION"))
                .isTrue();
        assertThat(SqlStatement.first("select $a, 'load_extension('").calls("LOAD_EXTENSION"))
                .isFalse();
    }

    @Test
    void tellsSchemaAndModuleOfWhatIsCreated() {
        assertThat(Created.of(SqlStatement.first("create table if not exists [temp] . t(x)")))
                .isEqualTo(new Created("TEMP", ""));
        assertThat(Created.of(SqlStatement.first("create virtual table v using \"csv\"(filename='/etc/passwd')")))
                .isEqualTo(new Created("", "CSV"));
        for (String sql :
                List.of("create table temp.t(x)", "create unique index Temp.i on t(x)", "create view 'temp'.v")) {
            assertThat(Created.of(SqlStatement.first(sql)).schema()).as(sql).isEqualTo("TEMP");
        }
        for (String sql : List.of("create", "create table", "create table if not exists", "create index \"")) {
            assertThat(Created.of(SqlStatement.first(sql)).schema()).as(sql).isEmpty();
        }
        assertThat(Created.of(SqlStatement.first("create virtual/**/table main.v using fts5(x)")))
                .isEqualTo(new Created("MAIN", "FTS5"));
        assertThat(Created.of(SqlStatement.first("create view v as select temp.x from temp")))
                .isEqualTo(new Created("", ""));
    }

    @Test
    void countsParametersAsSqliteNumbersThem() {
        assertThat(SqlParameters.count("insert into t values(?,?,'?',?)")).isEqualTo(3);
        assertThat(SqlParameters.count("select ?2, ?, :a, @b, $c, :a -- ?")).isEqualTo(6);
        assertThat(SqlParameters.count("select 1")).isZero();
    }
}
