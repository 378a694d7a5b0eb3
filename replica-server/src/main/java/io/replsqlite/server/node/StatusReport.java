package io.replsqlite.server.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.compact.Holdings;
import io.replsqlite.server.backup.upload.BackupStatus;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.rescue.RescuedTail;
import io.replsqlite.server.ship.Followers;
import io.replsqlite.status.StatusSnapshot;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The node's state as JSON, for {@code GET /v1/status} and the command {@code status}. */
final class StatusReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String FAILED_REMEDY =
            "Remove the cause and start the node again: it then takes what is committed in its databases into the log."
                    + " Until then it can be read, and another node may lead.";

    private final ReplicaNode node;
    private final MonotonicClock clock;

    StatusReport(ReplicaNode node, MonotonicClock clock) {
        this.node = node;
        this.clock = clock;
    }

    ObjectNode json() {
        ObjectNode root = JSON.createObjectNode()
                .put("node", node.name())
                .put("url", node.url().toString())
                .put("pid", ProcessHandle.current().pid())
                .put("role", lower(node.role()))
                .put("epoch", node.promisedEpoch().value())
                .put("primaryUrl", node.primaryUrl());
        node.failure().ifPresent(why -> root.put("problem", why).put("remedy", FAILED_REMEDY));
        node.leaseNote().ifPresent(note -> root.put("lease", note));
        ArrayNode databases = root.putArray("databases");
        for (ReplicatedDatabase database : node.databases().open()) {
            databases.add(describe(database));
        }
        node.backupWatch().describe(root);
        ArrayNode history = root.putArray("roleHistory");
        for (RoleMachine.Transition transition : node.roles().history()) {
            history.addObject()
                    .put("atMillis", transition.atMillis())
                    .put("from", lower(transition.from()))
                    .put("to", lower(transition.to()))
                    .put("epoch", transition.epoch().value())
                    .put("reason", transition.reason());
        }
        return root;
    }

    private ObjectNode describe(ReplicatedDatabase database) {
        StatusSnapshot status = database.board().snapshot();
        ObjectNode json = JSON.createObjectNode()
                .put("database", database.name())
                .put("id", database.id().toString())
                .put("file", database.paths().databaseFile().toString())
                .put("role", lower(status.role()))
                .put("health", lower(status.health()))
                .put("epoch", status.applied().epoch().value())
                .put("applied", status.applied().txid().value())
                .put("committed", status.committed().value())
                .put("head", status.head().value())
                .put("checksum", status.applied().checksum().toString())
                .put("lag", status.lagTxids());
        if (status.freshAsOfNanos() == StatusSnapshot.NEVER) {
            json.putNull("ageMillis");
        } else {
            json.put("ageMillis", TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - status.freshAsOfNanos()));
        }
        database.problem().ifPresent(why -> json.put("problem", why));
        database.files()
                .ifPresent(files -> json.put(
                                "checkpointed",
                                files.checkpoints().recorded().txid().value())
                        .put("logFrom", files.log().base().txid().value())
                        .put("logTo", files.log().durableHead().txid().value()));
        describeRescued(database, json.putObject("rescued"));
        database.transactions()
                .ifPresent(transactions -> json.putObject("transactions")
                        .put("open", transactions.count())
                        .put("most", transactions.settings().maxTransactions())
                        .put(
                                "idleLimitMillis",
                                transactions.settings().idleLimit().toMillis())
                        .put(
                                "silenceLimitMillis",
                                transactions.settings().silenceLimit().toMillis()));
        database.reads().ifPresent(reads -> json.put("reads", reads.count()));
        ArrayNode backups = json.putArray("backups");
        for (BackupStatus backup : database.backups()) {
            describe(backup, backups.addObject());
        }
        ArrayNode followers = json.putArray("followers");
        for (Followers.Follower follower : database.followers()) {
            followers
                    .addObject()
                    .put("node", follower.nodeName())
                    .put("durable", follower.durableTxid())
                    .put("applied", follower.appliedTxid())
                    .put("heardMillisAgo", TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - follower.heardAtNanos()));
        }
        return json;
    }

    private static void describe(BackupStatus backup, ObjectNode json) {
        json.put("destination", backup.destination())
                .put("state", lower(backup.state()))
                .put("generation", backup.generation())
                .put("uploaded", backup.uploaded().txid().value())
                .put("lag", backup.lagTxids());
        if (backup.lagMillis() < 0) {
            json.putNull("lagMillis");
        } else {
            json.put("lagMillis", backup.lagMillis());
        }
        json.put("lagBytes", backup.lagBytes())
                .put("uploadedMillis", backup.uploadedMillis())
                .put("objects", backup.objects())
                .put("bytes", backup.bytes());
        if (backup.problem() != null) {
            json.put("problem", backup.problem());
        }
        ObjectNode errors = json.putObject("errors");
        describe(backup.holdings(), json);
        backup.errors().forEach((kind, count) -> errors.put(kind.toLowerCase(java.util.Locale.ROOT), count));
    }

    private static void describe(@Nullable Holdings holdings, ObjectNode json) {
        if (holdings == null) {
            return;
        }
        json.put("oldestTxid", holdings.oldestTxid()).put("oldestMillis", holdings.oldestMillis());
        ArrayNode levels = json.putArray("levels");
        for (Holdings.Level level : holdings.levels()) {
            levels.addObject()
                    .put("level", level.level())
                    .put("files", level.files())
                    .put("bytes", level.bytes())
                    .put("lastTxid", level.lastTxid())
                    .put("lastMillis", level.lastMillis());
        }
    }

    private static void describeRescued(ReplicatedDatabase database, ObjectNode json) {
        try {
            List<RescuedTail> tails = RescuedTail.in(database.paths().stateDirectory());
            json.put("tails", tails.size())
                    .put(
                            "transactions",
                            tails.stream()
                                    .mapToLong(tail -> tail.manifest().transactions())
                                    .sum());
        } catch (IOException unreadable) {
            json.put("problem", unreadable.getMessage());
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT);
    }
}
