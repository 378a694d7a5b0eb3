package io.replsqlite.config;

import java.util.Set;

/** The settings of sqlite-jdbc that make sense on a replica and are handed to it. */
final class PassedPragmas {
    static final Set<String> NAMES = Set.of(
            "automatic_index",
            "busy_timeout",
            "cache_size",
            "cache_spill",
            "case_sensitive_like",
            "date_class",
            "date_precision",
            "date_string_format",
            "defer_foreign_keys",
            "foreign_keys",
            "full_column_names",
            "jdbc.get_generated_keys",
            "mmap_size",
            "read_uncommitted",
            "recursive_triggers",
            "reverse_unordered_selects",
            "short_column_names",
            "synchronous",
            "temp_store",
            "transaction_mode",
            "limit_attached",
            "limit_column",
            "limit_compound_select",
            "limit_expr_depth",
            "limit_function_arg",
            "limit_length",
            "limit_like_pattern_length",
            "limit_sql_length",
            "limit_trigger_depth",
            "limit_variable_number",
            "limit_vdbe_op",
            "limit_worker_threads");

    /** Those that change what a statement means, and so must hold at the primary too. */
    static final Set<String> MEANT_FOR_BOTH_SIDES =
            Set.of("foreign_keys", "recursive_triggers", "case_sensitive_like", "defer_foreign_keys");

    private PassedPragmas() {}
}
