package io.replsqlite.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link TransactionStep} on the wire. */
final class StepCodec {
    private static final String EXECUTE = "EXECUTE";
    private static final String UPGRADE = "UPGRADE";
    private static final String FETCH = "FETCH";
    private static final String CLOSE = "CLOSE";
    private static final String COMMIT = "COMMIT";
    private static final String ROLLBACK = "ROLLBACK";

    private StepCodec() {}

    static void write(JsonGenerator generator, TransactionStep step) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("transaction", step.transaction().toString());
        generator.writeNumberField("sequence", step.sequence());
        generator.writeStringField("database", step.database());
        generator.writeObjectFieldStart("settings");
        for (Map.Entry<String, String> setting : step.settings().entrySet()) {
            generator.writeStringField(setting.getKey(), setting.getValue());
        }
        generator.writeEndObject();
        generator.writeNumberField("epoch", step.epoch().value());
        writeAction(generator, step.action());
        generator.writeEndObject();
    }

    private static void writeAction(JsonGenerator generator, TransactionStep.Action action) throws IOException {
        if (action instanceof TransactionStep.Execute execute) {
            generator.writeStringField("action", EXECUTE);
            generator.writeFieldName("request");
            RequestCodec.write(generator, execute.request());
        } else if (action instanceof TransactionStep.Upgrade upgrade) {
            generator.writeStringField("action", UPGRADE);
            writeUpgrade(generator, upgrade);
        } else if (action instanceof TransactionStep.Savepoint savepoint) {
            generator.writeStringField("action", savepoint.verb().name());
            generator.writeStringField("savepoint", savepoint.name());
        } else if (action instanceof TransactionStep.Fetch fetch) {
            generator.writeStringField("action", FETCH);
            generator.writeNumberField("cursor", fetch.cursor());
        } else if (action instanceof TransactionStep.Close close) {
            generator.writeStringField("action", CLOSE);
            generator.writeNumberField("cursor", close.cursor());
        } else if (action instanceof TransactionStep.Commit commit) {
            generator.writeStringField("action", COMMIT);
            generator.writeStringField("id", commit.id().toString());
            if (commit.durability() != Durability.LOCAL) {
                generator.writeStringField("durability", commit.durability().name());
            }
        } else {
            generator.writeStringField("action", ROLLBACK);
        }
    }

    private static void writeUpgrade(JsonGenerator generator, TransactionStep.Upgrade upgrade) throws IOException {
        generator.writeNumberField("snapshotEpoch", upgrade.epoch().value());
        generator.writeNumberField("snapshotTxid", upgrade.txid().value());
        generator.writeArrayFieldStart("reads");
        for (RecordedRead read : upgrade.reads()) {
            ReadCodec.write(generator, read);
        }
        generator.writeEndArray();
        if (upgrade.unrepeatable() != null) {
            generator.writeStringField("unrepeatable", upgrade.unrepeatable());
        }
        generator.writeNumberField("timeoutMillis", upgrade.timeoutMillis());
    }

    static TransactionStep read(JsonParser parser, WireLimits limits) throws IOException {
        Draft draft = new Draft();
        Fields.map(parser, name -> draft.read(parser, limits, name));
        return draft.step();
    }

    /** What is known of a step while its names arrive in any order. */
    private static final class Draft {
        private @Nullable RequestId transaction;
        private long sequence;
        private @Nullable String database;
        private final Map<String, String> settings = new HashMap<>();
        private long epoch;
        private @Nullable String action;
        private @Nullable ExecuteRequest request;
        private @Nullable String savepoint;
        private @Nullable Long cursor;
        private @Nullable RequestId id;
        private Durability durability = Durability.LOCAL;
        private @Nullable Long snapshotEpoch;
        private @Nullable Long snapshotTxid;
        private List<RecordedRead> reads = List.of();
        private @Nullable String unrepeatable;
        private long timeoutMillis;

        void read(JsonParser parser, WireLimits limits, String name) throws IOException {
            switch (name) {
                case "transaction" -> transaction = RequestId.parse(Fields.text(parser));
                case "sequence" -> sequence = Fields.integer(parser);
                case "database" -> database = Fields.text(parser);
                case "settings" -> Fields.map(parser, setting -> settings.put(setting, Fields.text(parser)));
                case "epoch" -> epoch = Fields.integer(parser);
                case "action" -> action = Fields.text(parser);
                case "request" -> request = RequestCodec.read(parser, limits);
                case "savepoint" -> savepoint = Fields.text(parser);
                case "cursor" -> cursor = Fields.integer(parser);
                case "id" -> id = RequestId.parse(Fields.text(parser));
                case "durability" -> durability = Durability.valueOf(Fields.text(parser));
                case "snapshotEpoch" -> snapshotEpoch = Fields.integer(parser);
                case "snapshotTxid" -> snapshotTxid = Fields.integer(parser);
                case "reads" ->
                    reads = Fields.list(parser, name, limits.statements(), () -> ReadCodec.read(parser, limits));
                case "unrepeatable" -> unrepeatable = Fields.text(parser);
                case "timeoutMillis" -> timeoutMillis = Fields.integer(parser);
                default -> throw Fields.unknown(name);
            }
        }

        TransactionStep step() throws WireException {
            return new TransactionStep(
                    Fields.present(transaction, "transaction"),
                    sequence,
                    Fields.present(database, "database"),
                    settings,
                    new Epoch(epoch),
                    action(Fields.present(action, "action")));
        }

        private TransactionStep.Action upgrade() throws WireException {
            return new TransactionStep.Upgrade(
                    new Epoch(Fields.present(snapshotEpoch, "snapshotEpoch")),
                    new Txid(Fields.present(snapshotTxid, "snapshotTxid")),
                    reads,
                    unrepeatable,
                    timeoutMillis);
        }

        private TransactionStep.Action action(String name) throws WireException {
            return switch (name) {
                case EXECUTE -> new TransactionStep.Execute(Fields.present(request, "request"));
                case UPGRADE -> upgrade();
                case FETCH -> new TransactionStep.Fetch(Fields.present(cursor, "cursor"));
                case CLOSE -> new TransactionStep.Close(Fields.present(cursor, "cursor"));
                case COMMIT -> new TransactionStep.Commit(Fields.present(id, "id"), durability);
                case ROLLBACK -> new TransactionStep.Rollback();
                default ->
                    new TransactionStep.Savepoint(
                            TransactionStep.Verb.valueOf(name), Fields.present(savepoint, "savepoint"));
            };
        }
    }
}
