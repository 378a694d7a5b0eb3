package io.replsqlite.route;

import io.replsqlite.base.Durability;
import io.replsqlite.config.ConfigParser;
import io.replsqlite.config.ReadRule;
import io.replsqlite.config.Setting;
import java.sql.SQLSyntaxErrorException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one statement asks for itself, in a comment before its first word:
 *
 * <pre>
 * hint  = "/*+" "replsqlite:" (name "=" value)* "*" "/"
 * name  = consistency | freshness | onStale | readTimeout | durability
 * </pre>
 *
 * <p>Names and values are those of the settings, separated by blanks or commas. Hints of other tools are left alone.
 */
public final class ReadHint {
    private static final String OPENING = "/*+";
    private static final String OWNER = "replsqlite";
    private static final List<Setting> NAMES = Stream.concat(ReadRule.SETTINGS.stream(), Stream.of(Setting.DURABILITY))
            .toList();

    private final Map<Setting, String> values;
    private @Nullable ReadRule lastBase;
    private @Nullable ReadRule lastRule;

    private ReadHint(Map<Setting, String> values) {
        this.values = values;
    }

    /**
     * The hint at the head of a text; null if there is none.
     *
     * @throws SQLSyntaxErrorException if there is one that cannot be understood
     */
    static @Nullable ReadHint of(String sql) throws SQLSyntaxErrorException {
        int start = firstInk(sql);
        if (!sql.startsWith(OPENING, start)) {
            return null;
        }
        int end = sql.indexOf("*/", start);
        String body = sql.substring(start + OPENING.length(), end < 0 ? sql.length() : end)
                .strip();
        if (!body.startsWith(OWNER)) {
            return null;
        }
        String rest = body.substring(OWNER.length());
        if (!rest.startsWith(":")) {
            throw malformed(sql, "a colon follows 'replsqlite'");
        }
        return new ReadHint(values(sql, rest.substring(1).strip()));
    }

    private static int firstInk(String sql) {
        int at = 0;
        while (at < sql.length() && Character.isWhitespace(sql.charAt(at))) {
            at++;
        }
        return at;
    }

    private static Map<Setting, String> values(String sql, String text) throws SQLSyntaxErrorException {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        if (text.isEmpty()) {
            return values;
        }
        for (String part : text.split("[\\s,]+")) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            Setting setting = Setting.named(name, NAMES).orElse(null);
            if (setting == null || equals < 0) {
                throw malformed(sql, "'" + part + "' is not name=value with one of these names");
            }
            String value = part.substring(equals + 1);
            if (setting == Setting.DURABILITY) {
                requireDurability(value);
            }
            values.put(setting, value);
        }
        return values;
    }

    private static void requireDurability(String value) throws SQLSyntaxErrorException {
        try {
            Durability ignored = ConfigParser.durability(value);
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    private static SQLSyntaxErrorException wrong(IllegalArgumentException e) {
        return new SQLSyntaxErrorException(
                "the hint of this statement is wrong, nothing was executed: " + e.getMessage(), "42000", e);
    }

    /** What a write asks for; null if the hint does not say. */
    public @Nullable Durability durability() {
        String value = values.get(Setting.DURABILITY);
        return value == null ? null : ConfigParser.durability(value);
    }

    private static SQLSyntaxErrorException malformed(String sql, String problem) {
        String names = NAMES.stream().map(Setting::key).collect(Collectors.joining(", "));
        return new SQLSyntaxErrorException(
                "the hint of this statement cannot be understood: " + problem + "; a hint reads /*+ replsqlite:"
                        + " consistency=primary freshness=5s */, with " + names + "; nothing was executed: " + sql,
                "42000");
    }

    /** The connection's rule with what this hint says in its place. */
    public ReadRule over(ReadRule base) throws SQLSyntaxErrorException {
        ReadRule rule = lastRule;
        if (rule == null || !base.equals(lastBase)) {
            rule = base;
            // Backwards: a level that needs a freshness comes after the freshness.
            for (int i = ReadRule.SETTINGS.size() - 1; i >= 0; i--) {
                Setting setting = ReadRule.SETTINGS.get(i);
                String value = values.get(setting);
                rule = value == null ? rule : with(rule, setting, value);
            }
            lastBase = base;
            lastRule = rule;
        }
        return rule;
    }

    private static ReadRule with(ReadRule rule, Setting setting, String value) throws SQLSyntaxErrorException {
        try {
            return rule.with(setting, value);
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }
}
