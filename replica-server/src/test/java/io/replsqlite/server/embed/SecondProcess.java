package io.replsqlite.server.embed;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** What another JVM sees that opens the URL given to it. */
final class SecondProcess {
    private SecondProcess() {}

    public static void main(String[] arguments) {
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            System.out.println("opened " + connection.getMetaData().getURL());
        } catch (SQLException refused) {
            System.out.println(refused.getSQLState() + " " + refused.getMessage());
        }
    }
}
