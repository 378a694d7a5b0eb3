package io.replsqlite.spring.data;

import java.util.Collection;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.data.relational.core.dialect.AbstractDialect;
import org.springframework.data.relational.core.dialect.IdGeneration;
import org.springframework.data.relational.core.dialect.LimitClause;
import org.springframework.data.relational.core.dialect.LockClause;
import org.springframework.data.relational.core.sql.IdentifierProcessing;
import org.springframework.data.relational.core.sql.LockOptions;

/**
 * What Spring Data JDBC must know of SQLite: LIMIT and OFFSET, no row locks, no arrays, quoted names as they are written.
 */
final class SqliteDialect extends AbstractDialect implements JdbcDialect {
    static final SqliteDialect INSTANCE = new SqliteDialect();

    private static final LimitClause LIMIT = new Limit();
    private static final LockClause NO_LOCK = new NoLock();
    private static final IdentifierProcessing NAMES = IdentifierProcessing.create(
            new IdentifierProcessing.Quoting("\""), IdentifierProcessing.LetterCasing.AS_IS);

    /** sqlite-jdbc knows no keys of a batch. */
    private static final IdGeneration ROW_BY_ROW = new IdGeneration() {
        @Override
        public boolean supportedForBatchOperations() {
            return false;
        }
    };

    private SqliteDialect() {}

    @Override
    public LimitClause limit() {
        return LIMIT;
    }

    @Override
    public LockClause lock() {
        return NO_LOCK;
    }

    @Override
    public IdentifierProcessing getIdentifierProcessing() {
        return NAMES;
    }

    @Override
    public IdGeneration getIdGeneration() {
        return ROW_BY_ROW;
    }

    @Override
    public Collection<Object> getConverters() {
        return SqliteConverters.ALL;
    }

    /** OFFSET stands only behind a LIMIT; -1 is none. */
    private static final class Limit implements LimitClause {
        @Override
        public String getLimit(long limit) {
            return "LIMIT " + limit;
        }

        @Override
        public String getOffset(long offset) {
            return "LIMIT -1 OFFSET " + offset;
        }

        @Override
        public String getLimitOffset(long limit, long offset) {
            return "LIMIT " + limit + " OFFSET " + offset;
        }

        @Override
        public LimitClause.Position getClausePosition() {
            return LimitClause.Position.AFTER_ORDER_BY;
        }
    }

    /** The one writer is lock enough. */
    private static final class NoLock implements LockClause {
        @Override
        public String getLock(LockOptions options) {
            return "";
        }

        @Override
        public LockClause.Position getClausePosition() {
            return LockClause.Position.AFTER_ORDER_BY;
        }
    }
}
