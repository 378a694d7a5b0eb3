package io.replsqlite.config;

import io.replsqlite.api.Consistency;
import io.replsqlite.api.OnStale;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a read must see, and what follows if the replica does not show it.
 *
 * @param freshness null: any age will do; counts for {@code bounded} and {@code session} only
 * @param readTimeout how long the replica may take to get there
 */
public record ReadRule(Consistency consistency, @Nullable Duration freshness, OnStale onStale, Duration readTimeout) {

    /** The settings that make up a rule, and so may stand in a hint. */
    public static final List<Setting> SETTINGS =
            List.of(Setting.CONSISTENCY, Setting.FRESHNESS, Setting.ON_STALE, Setting.READ_TIMEOUT);

    public ReadRule {
        if (consistency == Consistency.BOUNDED && freshness == null) {
            throw new IllegalArgumentException("consistency=bounded needs a freshness, such as freshness=5s");
        }
        if (freshness != null && freshness.isNegative()) {
            throw new IllegalArgumentException("a freshness is never negative: " + freshness);
        }
    }

    public ReadRule with(Consistency other) {
        return new ReadRule(other, freshness, onStale, readTimeout);
    }

    public ReadRule with(@Nullable Duration other) {
        return new ReadRule(consistency, other, onStale, readTimeout);
    }

    public ReadRule with(OnStale other) {
        return new ReadRule(consistency, freshness, other, readTimeout);
    }

    /** @throws IllegalArgumentException if the value is not one of the setting's, or the setting not of a rule */
    public ReadRule with(Setting setting, String value) {
        return switch (setting) {
            case CONSISTENCY -> with(setting.choice(value, Consistency.class));
            case FRESHNESS -> with(freshness(value));
            case ON_STALE -> with(setting.choice(value, OnStale.class));
            case READ_TIMEOUT -> new ReadRule(consistency, freshness, onStale, setting.duration(value));
            default -> throw new IllegalArgumentException("'" + setting.key() + "' says nothing about reads");
        };
    }

    static @Nullable Duration freshness(String value) {
        return value.equals(Setting.UNBOUNDED) ? null : Setting.FRESHNESS.duration(value);
    }

    /** The value of one of {@link #SETTINGS}, as {@link #with(Setting, String)} takes it. */
    public String text(Setting setting) {
        return switch (setting) {
            case CONSISTENCY -> consistency.toString();
            case FRESHNESS -> freshness == null ? Setting.UNBOUNDED : freshness.toMillis() + "ms";
            case ON_STALE -> onStale.toString();
            case READ_TIMEOUT -> readTimeout.toMillis() + "ms";
            default -> throw new IllegalArgumentException("'" + setting.key() + "' says nothing about reads");
        };
    }
}
