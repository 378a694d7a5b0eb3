package io.replsqlite.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.replsqlite.base.EpochHistory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Messages to bytes and back, as CBOR or as JSON. Writers and readers are mirrors of each other, one pair a message. */
public final class WireCodec {
    public static final String CBOR_TYPE = "application/cbor";
    public static final String JSON_TYPE = "application/json";

    private final JsonFactory factory;
    private final WireLimits limits;
    private final String contentType;

    private WireCodec(JsonFactory factory, WireLimits limits, String contentType) {
        this.factory = factory;
        this.limits = limits;
        this.contentType = contentType;
    }

    public static WireCodec cbor(WireLimits limits) {
        JsonFactory factory =
                CBORFactory.builder().streamReadConstraints(constraints(limits)).build();
        return new WireCodec(factory, limits, CBOR_TYPE);
    }

    public static WireCodec json(WireLimits limits) {
        JsonFactory factory =
                JsonFactory.builder().streamReadConstraints(constraints(limits)).build();
        return new WireCodec(factory, limits, JSON_TYPE);
    }

    private static StreamReadConstraints constraints(WireLimits limits) {
        return StreamReadConstraints.builder()
                .maxDocumentLength(limits.messageBytes())
                .maxStringLength(limits.valueBytes())
                .maxNestingDepth(16)
                .maxNameLength(100)
                .maxNumberLength(400)
                .build();
    }

    public String contentType() {
        return contentType;
    }

    public byte[] encode(ExecuteRequest request) {
        return encode(generator -> RequestCodec.write(generator, request));
    }

    public byte[] encode(TransactionStep step) {
        return encode(generator -> StepCodec.write(generator, step));
    }

    public byte[] encode(CursorRequest request) {
        return encode(generator -> CursorCodec.write(generator, request));
    }

    public byte[] encode(JointAnswer answer) {
        return encode(generator -> JointCodec.write(generator, answer));
    }

    public byte[] encode(ErrorResponse error) {
        return encode(generator -> ErrorCodec.write(generator, error));
    }

    public byte[] encode(ExecuteResponse response) {
        return encode(generator -> ResponseCodec.write(generator, response));
    }

    public byte[] encode(HeadResponse head) {
        return encode(generator -> HeadCodec.write(generator, head));
    }

    public byte[] encode(EpochHistory history) {
        return encode(generator -> HeadCodec.write(generator, history));
    }

    public byte[] encode(OutcomeQuestion question) {
        return encode(generator -> OutcomeCodec.write(generator, question));
    }

    public byte[] encode(OutcomeAnswer answer) {
        return encode(generator -> OutcomeCodec.write(generator, answer));
    }

    public ExecuteRequest decodeRequest(InputStream in) throws IOException {
        return decode(in, parser -> RequestCodec.read(parser, limits));
    }

    /** Requests one behind the other, as many as one message may hold. */
    public List<ExecuteRequest> decodeRequests(InputStream in) throws IOException {
        List<ExecuteRequest> requests = new ArrayList<>();
        decodeAll(in, parser -> {
            if (requests.size() == JointAnswer.MAX_ENTRIES) {
                throw new WireLimitException("more than " + JointAnswer.MAX_ENTRIES + " requests", null);
            }
            requests.add(RequestCodec.readCurrent(parser, limits));
        });
        if (requests.isEmpty()) {
            throw new WireException("the message holds no request");
        }
        return requests;
    }

    /** Answers one behind the other, each handed on as soon as it has come. */
    public void decodeAnswers(InputStream in, Consumer<JointAnswer> taker) throws IOException {
        decodeAll(in, parser -> taker.accept(JointCodec.readCurrent(parser, limits)));
    }

    public TransactionStep decodeStep(InputStream in) throws IOException {
        return decode(in, parser -> StepCodec.read(parser, limits));
    }

    public CursorRequest decodeCursor(InputStream in) throws IOException {
        return decode(in, CursorCodec::read);
    }

    public ExecuteResponse decodeResponse(InputStream in) throws IOException {
        return decode(in, parser -> ResponseCodec.read(parser, limits));
    }

    public ErrorResponse decodeError(InputStream in) throws IOException {
        return decode(in, ErrorCodec::read);
    }

    public HeadResponse decodeHead(InputStream in) throws IOException {
        return decode(in, HeadCodec::read);
    }

    public EpochHistory decodeHistory(InputStream in) throws IOException {
        return decode(in, HeadCodec::readHistory);
    }

    public OutcomeQuestion decodeOutcomeQuestion(InputStream in) throws IOException {
        return decode(in, OutcomeCodec::readQuestion);
    }

    public OutcomeAnswer decodeOutcomeAnswer(InputStream in) throws IOException {
        return decode(in, OutcomeCodec::readAnswer);
    }

    private interface Writing {
        void to(JsonGenerator generator) throws IOException;
    }

    private interface Reading<T> {
        T from(JsonParser parser) throws IOException;
    }

    private interface Element {
        void take(JsonParser parser) throws IOException;
    }

    private byte[] encode(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator generator = factory.createGenerator((OutputStream) bytes)) {
            writing.to(generator);
        } catch (IOException e) {
            throw new IllegalArgumentException("a message that cannot be written: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    private <T> T decode(InputStream in, Reading<T> reading) throws IOException {
        return parse(in, parser -> {
            T message = reading.from(parser);
            if (parser.nextToken() != null) {
                throw new WireException("something follows the message");
            }
            return message;
        });
    }

    /** Each finds its first token current. */
    private void decodeAll(InputStream in, Element element) throws IOException {
        boolean ignored = parse(in, parser -> {
            while (parser.nextToken() != null) {
                element.take(parser);
            }
            return true;
        });
    }

    /** @throws WireException if the bytes are wrong; any other IOException is the stream's own */
    private <T> T parse(InputStream in, Reading<T> reading) throws IOException {
        try (JsonParser parser = factory.createParser(in)) {
            return reading.from(parser);
        } catch (JsonEOFException e) {
            throw new WireException("the message ends too early", e);
        } catch (StreamConstraintsException e) {
            throw new WireLimitException("the message is too large: " + e.getOriginalMessage(), e);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new WireException("the message is malformed: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new WireException("the message holds an impossible value: " + e.getMessage(), e);
        }
    }
}
