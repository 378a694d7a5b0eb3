package io.replsqlite.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.replsqlite.api.ReplicaStatus;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How one database stands here, as gauges with the tag {@code database}. A value that is not known is NaN, at which no
 * alert fires; that nothing is known is {@code replsqlite.replica.readable} 0.
 *
 * <table>
 * <caption>gauges</caption>
 * <tr><th>name</th><th>unit</th><th>meaning</th></tr>
 * <tr><td>replsqlite.replica.readable</td><td>0 or 1</td><td>the replica file can be read</td></tr>
 * <tr><td>replsqlite.replica.primary</td><td>0 or 1</td><td>this node is the primary</td></tr>
 * <tr><td>replsqlite.replica.epoch</td><td>epoch</td><td>of what the file shows</td></tr>
 * <tr><td>replsqlite.replica.applied</td><td>txid</td><td>what the file shows</td></tr>
 * <tr><td>replsqlite.replica.lag</td><td>transactions</td><td>how far it is behind what its node knows of the
 *     primary</td></tr>
 * <tr><td>replsqlite.replica.age</td><td>seconds</td><td>how old, at most, a read is</td></tr>
 * <tr><td>replsqlite.node.silence</td><td>seconds</td><td>since when the node has shown no life</td></tr>
 * </table>
 */
public final class ReplicaMetrics implements MeterBinder {
    private static final Logger LOG = System.getLogger(ReplicaMetrics.class.getName());

    private final ReplicaObserver observer;
    private final Tags tags;

    /** @param observer stays open as long as the registry asks; whoever made it closes it */
    public ReplicaMetrics(ReplicaObserver observer) {
        this.observer = observer;
        this.tags = Tags.of(Tag.of("database", observer.database()));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "replica.readable", null, "the replica file can be read", 0, s -> s.readable() ? 1 : 0);
        gauge(registry, "replica.primary", null, "this node is the primary", ReplicaMetrics::isPrimary);
        gauge(
                registry,
                "replica.epoch",
                null,
                "of what the replica file shows",
                s -> s.epoch().value());
        gauge(
                registry,
                "replica.applied",
                null,
                "txid that the replica file shows",
                s -> s.applied().value());
        gauge(registry, "replica.lag", "transactions", "behind the primary", ReplicaStatus::lagTxids);
        gauge(registry, "replica.age", "seconds", "how old, at most, a read is", s -> seconds(s.age()));
        gauge(registry, "node.silence", "seconds", "since the node showed life", s -> seconds(s.silence()));
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<ReplicaStatus> value) {
        gauge(registry, name, unit, description, Double.NaN, value);
    }

    /** @param otherwise the value of a replica that cannot be looked at */
    private void gauge(
            MeterRegistry registry,
            String name,
            @Nullable String unit,
            String description,
            double otherwise,
            ToDoubleFunction<ReplicaStatus> value) {
        Gauge ignored = Gauge.builder("replsqlite." + name, observer, looked -> read(looked, otherwise, value))
                .tags(tags)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    private static double read(ReplicaObserver observer, double otherwise, ToDoubleFunction<ReplicaStatus> value) {
        try {
            return value.applyAsDouble(observer.status());
        } catch (SQLException unusable) {
            LOG.log(Level.DEBUG, "no figures of the replica", unusable);
            return otherwise;
        }
    }

    private static double isPrimary(ReplicaStatus status) {
        return status.role() == ReplicaStatus.Role.PRIMARY ? 1 : 0;
    }

    private static double seconds(@Nullable Duration duration) {
        return duration == null ? Double.NaN : duration.toNanos() / 1e9;
    }
}
