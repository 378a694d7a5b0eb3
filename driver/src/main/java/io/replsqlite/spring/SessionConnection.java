package io.replsqlite.spring;

import io.replsqlite.api.Consistency;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.Token;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A connection on loan to one request. It starts as the request's session stands, and what it has seen is the session's
 * when it is closed. A pool lends the same connection to many: nothing of one request stays with it for the next.
 */
final class SessionConnection implements InvocationHandler {
    private static final System.Logger LOG = System.getLogger(SessionConnection.class.getName());

    private final Connection lent;
    private final ReplicaConnection replica;
    private final RequestSession session;
    private final Consistency usual;
    private boolean returned;

    private SessionConnection(Connection lent, RequestSession session) throws SQLException {
        this.lent = lent;
        this.replica = lent.unwrap(ReplicaConnection.class);
        this.session = session;
        this.usual = replica.consistency();
    }

    static Connection open(Connection lent, RequestSession session) throws SQLException {
        SessionConnection connection = new SessionConnection(lent, session);
        connection.start();
        return (Connection) Proxy.newProxyInstance(
                SessionConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, connection);
    }

    private void start() throws SQLException {
        replica.startSession();
        UUID databaseId = replica.token().databaseId();
        Token token = session.tokenOf(databaseId);
        if (token != null) {
            replica.adopt(token);
        } else if (!session.tokens().isEmpty()) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "no token of the request is of database {0}: ignored here: {1}",
                    databaseId,
                    session.tokens());
        }
        Consistency wanted = session.consistency();
        if (wanted != null) {
            replica.setConsistency(wanted);
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        switch (method.getName()) {
            case "close" -> {
                try (Connection ending = lent) {
                    giveBack();
                }
                return null;
            }
            case "equals" -> {
                return arguments != null && proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            default -> {
                // The lent connection answers.
            }
        }
        try {
            return method.invoke(lent, arguments);
        } catch (InvocationTargetException failure) {
            throw failure.getTargetException();
        }
    }

    private void giveBack() throws SQLException {
        if (returned) {
            return;
        }
        returned = true;
        session.saw(replica.token());
        replica.setConsistency(usual);
    }
}
