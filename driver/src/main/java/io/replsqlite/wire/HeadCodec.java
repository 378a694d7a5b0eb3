package io.replsqlite.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@link HeadResponse} and {@link EpochHistory} on the wire. */
final class HeadCodec {
    private static final int EPOCHS = 100_000;

    private HeadCodec() {}

    static void write(JsonGenerator generator, HeadResponse head) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("databaseId", head.databaseId().toString());
        generator.writeNumberField("epoch", head.epoch().value());
        generator.writeNumberField("txid", head.txid().value());
        generator.writeEndObject();
    }

    static HeadResponse read(JsonParser parser) throws IOException {
        HeadDraft draft = new HeadDraft();
        Fields.map(parser, name -> draft.read(parser, name));
        return draft.head();
    }

    private static final class HeadDraft {
        private @Nullable UUID databaseId;
        private long epoch;
        private long txid;

        void read(JsonParser parser, String name) throws IOException {
            switch (name) {
                case "databaseId" -> databaseId = UUID.fromString(Fields.text(parser));
                case "epoch" -> epoch = Fields.integer(parser);
                case "txid" -> txid = Fields.integer(parser);
                default -> throw Fields.unknown(name);
            }
        }

        HeadResponse head() throws WireException {
            return new HeadResponse(Fields.present(databaseId, "databaseId"), new Epoch(epoch), new Txid(txid));
        }
    }

    static void write(JsonGenerator generator, EpochHistory history) throws IOException {
        generator.writeStartObject();
        generator.writeArrayFieldStart("epochs");
        for (EpochHistory.Start start : history.starts()) {
            generator.writeStartObject();
            generator.writeNumberField("epoch", start.epoch().value());
            generator.writeNumberField("first", start.first().value());
            generator.writeEndObject();
        }
        generator.writeEndArray();
        generator.writeEndObject();
    }

    static EpochHistory readHistory(JsonParser parser) throws IOException {
        HistoryDraft draft = new HistoryDraft();
        Fields.map(parser, name -> draft.read(parser, name));
        return new EpochHistory(draft.starts);
    }

    private static final class HistoryDraft {
        private List<EpochHistory.Start> starts = List.of();

        void read(JsonParser parser, String name) throws IOException {
            if (!name.equals("epochs")) {
                throw Fields.unknown(name);
            }
            starts = Fields.list(parser, name, EPOCHS, () -> readStart(parser));
        }
    }

    private static EpochHistory.Start readStart(JsonParser parser) throws IOException {
        StartDraft draft = new StartDraft();
        Fields.fields(parser, name -> draft.read(parser, name));
        return new EpochHistory.Start(new Epoch(draft.epoch), new Txid(draft.first));
    }

    private static final class StartDraft {
        private long epoch;
        private long first;

        void read(JsonParser parser, String name) throws IOException {
            switch (name) {
                case "epoch" -> epoch = Fields.integer(parser);
                case "first" -> first = Fields.integer(parser);
                default -> throw Fields.unknown(name);
            }
        }
    }
}
