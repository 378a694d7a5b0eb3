package io.replsqlite.spring;

import io.replsqlite.api.ReplicaConnection;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Hands the session of the request to its connections; where there is none, or the database is another, does nothing. */
final class SessionDataSource extends DelegatingDataSource {
    SessionDataSource(DataSource target) {
        super(target);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return inSession(super.getConnection());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return inSession(super.getConnection(user, password));
    }

    private static Connection inSession(Connection connection) throws SQLException {
        RequestSession session = RequestSession.current();
        if (session == null) {
            return connection;
        }
        try {
            return connection.isWrapperFor(ReplicaConnection.class)
                    ? SessionConnection.open(connection, session)
                    : connection;
        } catch (SQLException | RuntimeException failure) {
            try (connection) {
                throw failure;
            }
        }
    }
}
