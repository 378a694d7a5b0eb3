package io.replsqlite.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@link OutcomeQuestion} and {@link OutcomeAnswer} on the wire. */
final class OutcomeCodec {
    private OutcomeCodec() {}

    static void write(JsonGenerator generator, OutcomeQuestion question) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("id", question.id().toString());
        generator.writeNumberField("since", question.since().value());
        generator.writeEndObject();
    }

    static OutcomeQuestion readQuestion(JsonParser parser) throws IOException {
        QuestionDraft draft = new QuestionDraft();
        Fields.map(parser, name -> draft.read(parser, name));
        return new OutcomeQuestion(Fields.present(draft.id, "id"), new Txid(draft.since));
    }

    private static final class QuestionDraft {
        private @Nullable RequestId id;
        private long since;

        void read(JsonParser parser, String name) throws IOException {
            switch (name) {
                case "id" -> id = RequestId.parse(Fields.text(parser));
                case "since" -> since = Fields.integer(parser);
                default -> throw Fields.unknown(name);
            }
        }
    }

    static void write(JsonGenerator generator, OutcomeAnswer answer) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("state", answer.state().name());
        generator.writeNumberField("epoch", answer.epoch().value());
        generator.writeNumberField("txid", answer.txid().value());
        generator.writeEndObject();
    }

    static OutcomeAnswer readAnswer(JsonParser parser) throws IOException {
        AnswerDraft draft = new AnswerDraft();
        Fields.map(parser, name -> draft.read(parser, name));
        return new OutcomeAnswer(Fields.present(draft.state, "state"), new Epoch(draft.epoch), new Txid(draft.txid));
    }

    private static final class AnswerDraft {
        private OutcomeAnswer.@Nullable State state;
        private long epoch;
        private long txid;

        void read(JsonParser parser, String name) throws IOException {
            switch (name) {
                case "state" -> state = OutcomeAnswer.State.valueOf(Fields.text(parser));
                case "epoch" -> epoch = Fields.integer(parser);
                case "txid" -> txid = Fields.integer(parser);
                default -> throw Fields.unknown(name);
            }
        }
    }
}
