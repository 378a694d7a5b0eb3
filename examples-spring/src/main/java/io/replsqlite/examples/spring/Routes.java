package io.replsqlite.examples.spring;

import io.replsqlite.api.LastRoute;
import io.replsqlite.api.ReplicaConnection;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Asks the connection of the running transaction where its last statement ran. */
@Component
class Routes {
    private final JdbcTemplate jdbc;

    Routes(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    <T> Answer<T> answer(T data) {
        LastRoute route = jdbc.execute((java.sql.Connection connection) ->
                connection.unwrap(ReplicaConnection.class).lastRoute());
        return new Answer<>(data, Answer.Source.of(route == null ? LastRoute.NONE : route));
    }
}
