package io.replsqlite.route;

import io.replsqlite.route.SqlScanner.Token;
import java.util.Locale;
import java.util.Set;

/**
 * A PRAGMA statement's name and argument, and the allow-list. PRAGMA is never put behind EXPLAIN: some take effect when
 * they are prepared.
 *
 * @param name lower case, without schema
 * @param argument lower case, empty if there is none
 */
public record Pragma(String name, String argument) {
    /** Only read, whatever their argument. */
    private static final Set<String> QUERIES = Set.of(
            "table_info",
            "table_xinfo",
            "table_list",
            "index_list",
            "index_info",
            "index_xinfo",
            "foreign_key_list",
            "foreign_key_check",
            "database_list",
            "collation_list",
            "function_list",
            "module_list",
            "pragma_list",
            "compile_options",
            "integrity_check",
            "quick_check",
            "page_count",
            "freelist_count",
            "data_version");

    /** Read without an argument; with one they change the database or its file. */
    private static final Set<String> FILE_SETTINGS = Set.of(
            "schema_version",
            "encoding",
            "page_size",
            "auto_vacuum",
            "journal_mode",
            "journal_size_limit",
            "locking_mode",
            "wal_autocheckpoint",
            "max_page_count",
            "secure_delete");

    /** Change how this process reads; of no concern to the primary. */
    private static final Set<String> LOCAL_SETTINGS = Set.of(
            "cache_size",
            "cache_spill",
            "temp_store",
            "mmap_size",
            "busy_timeout",
            "threads",
            "analysis_limit",
            "cell_size_check",
            "query_only",
            "reverse_unordered_selects",
            "automatic_index",
            "soft_heap_limit",
            "hard_heap_limit",
            "shrink_memory",
            "full_column_names",
            "short_column_names",
            "synchronous",
            "fullfsync",
            "checkpoint_fullfsync",
            "read_uncommitted");

    /** Change what a statement means, so they hold on both sides: kept with the connection, sent with its writes. */
    private static final Set<String> SESSION_SETTINGS = Set.of(
            "foreign_keys",
            "recursive_triggers",
            "case_sensitive_like",
            "ignore_check_constraints",
            "defer_foreign_keys");

    /** Without an argument a read, with one a change of the database that the primary makes. */
    private static final Set<String> DATABASE_SETTINGS = Set.of("user_version", "application_id");

    /** Always a change. */
    private static final Set<String> DATABASE_ACTIONS = Set.of("optimize", "incremental_vacuum");

    static Pragma parse(String sql) {
        SqlScanner scanner = new SqlScanner(sql);
        scanner.next();
        scanner.next();
        String name = scanner.name();
        scanner.next();
        if (scanner.word().equals(".")) {
            scanner.next();
            name = scanner.name();
            scanner.next();
        }
        String argument = "";
        if (scanner.word().equals("=") || scanner.word().equals("(")) {
            Token token = scanner.next();
            argument = sign(scanner, token) + scanner.name();
        }
        return new Pragma(name.toLowerCase(Locale.ROOT), argument.toLowerCase(Locale.ROOT));
    }

    private static String sign(SqlScanner scanner, Token token) {
        boolean signed = token == Token.OTHER
                && (scanner.word().equals("-") || scanner.word().equals("+"));
        if (!signed) {
            return "";
        }
        String sign = scanner.word();
        scanner.next();
        return sign;
    }

    public static Pragma of(SqlStatement statement) {
        return parse(statement.text());
    }

    private boolean hasArgument() {
        return !argument.isEmpty();
    }

    /** Whether it only reads, so that any node may answer it. */
    public boolean isQuery() {
        return QUERIES.contains(name) || (!hasArgument() && (FILE_SETTINGS.contains(name) || isNamedSetting()));
    }

    private boolean isNamedSetting() {
        return DATABASE_SETTINGS.contains(name) || SESSION_SETTINGS.contains(name) || LOCAL_SETTINGS.contains(name);
    }

    /** Whether it changes the database, so that the primary must run it. */
    public boolean isWrite() {
        return DATABASE_ACTIONS.contains(name) || (hasArgument() && DATABASE_SETTINGS.contains(name));
    }

    /** Whether it changes only how this process reads. */
    public boolean isLocalSetting() {
        return hasArgument() && (LOCAL_SETTINGS.contains(name) || isJournalModeAsItIs());
    }

    /** Replicated databases are in WAL mode; asking for it is common in start-up scripts and changes nothing. */
    private boolean isJournalModeAsItIs() {
        return name.equals("journal_mode") && argument.equals("wal");
    }

    /** Whether it concerns the connection alone, asking or setting. */
    public boolean isOfConnection() {
        return LOCAL_SETTINGS.contains(name) || SESSION_SETTINGS.contains(name) || isJournalModeAsItIs();
    }

    /** Whether it must hold here and at the primary. */
    public boolean isSessionSetting() {
        return hasArgument() && SESSION_SETTINGS.contains(name);
    }
}
