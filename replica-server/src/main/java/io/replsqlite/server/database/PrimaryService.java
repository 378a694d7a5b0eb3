package io.replsqlite.server.database;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.follow.EpochPromise;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.quorum.Committed;
import io.replsqlite.server.ship.CommonSearch;
import io.replsqlite.server.ship.ResyncSource;
import io.replsqlite.server.ship.RewindSource;
import io.replsqlite.server.ship.Shipper;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.stream.Acknowledgement;
import io.replsqlite.server.stream.CommonAnswer;
import io.replsqlite.server.stream.CommonRequest;
import io.replsqlite.server.stream.ResyncRequest;
import io.replsqlite.server.stream.RewindRequest;
import io.replsqlite.server.stream.StreamHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a primary answers its followers: the stream, acknowledgements, resyncs. A node that does not lead answers stream and
 * resync as well, to the candidate who has its promise and lacks something. Each call on an HTTP thread.
 */
public final class PrimaryService {
    private static final String BINARY = "application/octet-stream";

    private final ReplicatedDatabase database;
    private final EpochPromise promise;
    private final DatabaseSettings settings;
    private final MonotonicClock clock;

    /**
     * @param leader whose epoch it is
     * @param goesOn whether this node may still tell its log in this epoch
     * @param tenure null for a node that does not lead
     */
    private record Serving(
            Epoch epoch,
            String leader,
            BooleanSupplier goesOn,
            Committed committed,
            @Nullable PrimaryTenure tenure) {}

    PrimaryService(ReplicatedDatabase database, EpochPromise promise, DatabaseSettings settings, MonotonicClock clock) {
        this.database = database;
        this.promise = promise;
        this.settings = settings;
        this.clock = clock;
    }

    /** Answers with the log after the follower's position, without end. */
    public void stream(Exchange exchange) throws IOException, InterruptedException {
        Serving serving = serving(exchange);
        OpenDatabase files = files();
        Position from = position(exchange);
        CursorSearch search = files.log().after(from);
        if (!(search instanceof CursorSearch.Found found)) {
            throw new RefusedException(
                    409,
                    "mustResync",
                    "The log of this primary does not continue " + from + " ("
                            + search.getClass().getSimpleName() + "); its head is "
                            + files.log().durableHead() + ".");
        }
        PrimaryTenure tenure = serving.tenure();
        if (tenure != null) { // a drain that begins before the first acknowledgement must wait for this follower too
            long has = from.txid().value();
            tenure.followers()
                    .acknowledged(nodeName(exchange), new Acknowledgement(tenure.epoch(), from.epoch(), has, has));
        }
        try (LogCursor cursor = found.cursor();
                OutputStream out = answer(exchange, serving)) {
            new Shipper(
                            files.log(),
                            serving.epoch(),
                            serving.committed(),
                            serving.goesOn(),
                            settings.heartbeatInterval(),
                            clock)
                    .ship(cursor, out);
        }
    }

    /** Takes a follower's position and answers with the head. */
    public void acknowledge(Exchange exchange) throws IOException {
        PrimaryTenure tenure = tenure(exchange);
        Acknowledgement acknowledgement = Acknowledgement.decode(exchange.body());
        String node = nodeName(exchange);
        if (acknowledgement.epoch().equals(tenure.epoch())) {
            tenure.commitment().acknowledged(node, acknowledgement.logEpoch(), acknowledgement.durableTxid());
        }
        tenure.followers().acknowledged(node, acknowledgement); // what it commits is answered before a drain goes on
        long head = files().log().durableHead().txid().value();
        long committed =
                tenure.commitment().waitsForOthers() ? tenure.commitment().committedTxid() : head;
        if (!tenure.holdsLease()) { // what was counted counts; but the answer would vouch for how fresh the follower is
            throw notPrimary();
        }
        exchange.answer(200, BINARY, new Acknowledgement.Answer(tenure.epoch(), head, committed).encode());
    }

    /**
     * Everything acknowledged to anybody before this call is at or before the answer: the lease is looked at after the
     * head, so that nobody else can have committed before the head was read. Nothing if that is not sure.
     */
    public Optional<Position> surelyHead() {
        PrimaryTenure tenure = database.leading().orElse(null);
        if (tenure == null) {
            return Optional.empty();
        }
        Position head = tenure.acknowledgedHead();
        return tenure.holdsLease() ? Optional.ofNullable(head) : Optional.empty();
    }

    /** Answers with the pages in which this primary differs from the follower. */
    public void resync(Exchange exchange) throws IOException, InterruptedException {
        Serving serving = serving(exchange);
        OpenDatabase files = files();
        ResyncRequest request;
        try (InputStream in = exchange.bodyStream()) {
            request = ResyncRequest.decode(in);
        }
        refuseStrangers(request.databaseId());
        try (OutputStream out = answer(exchange, serving)) {
            new ResyncSource(files, clock).send(request, out);
        }
    }

    /** Answers how far a follower's history is also this primary's. */
    public void common(Exchange exchange) throws IOException {
        Serving serving = serving(exchange);
        CommonRequest request = CommonRequest.decode(exchange.body());
        refuseStrangers(request.databaseId());
        CommonAnswer answer = new CommonSearch(files().log()).answer(request);
        answerHeaders(exchange, serving);
        exchange.answer(200, BINARY, answer.encode());
    }

    /** Answers with the pages that either side has changed since a position that both logs have. */
    public void rewind(Exchange exchange) throws IOException, InterruptedException {
        Serving serving = serving(exchange);
        RewindSource source = new RewindSource(files(), clock);
        RewindRequest request;
        try (InputStream in = exchange.bodyStream()) {
            request = RewindRequest.decode(in);
        }
        refuseStrangers(request.databaseId());
        if (!source.reaches(request.common())) {
            throw new RefusedException(
                    409, "mustResync", "The log of this primary does not reach back to " + request.common() + ".");
        }
        try (OutputStream out = answer(exchange, serving)) {
            source.send(request, out);
        }
    }

    private void refuseStrangers(UUID databaseId) throws RefusedException {
        if (!databaseId.equals(database.id())) {
            throw new RefusedException(
                    409,
                    "wrongDatabase",
                    "The follower asks for database " + databaseId + ", this primary's " + database.name() + " is "
                            + database.id() + ".");
        }
    }

    private void answerHeaders(Exchange exchange, Serving serving) {
        exchange.answerHeader(StreamHeaders.EPOCH, serving.epoch().toString());
        exchange.answerHeader(StreamHeaders.LEADER, serving.leader());
        exchange.answerHeader(StreamHeaders.DATABASE_ID, database.id().toString());
        exchange.answerHeader(
                StreamHeaders.DURABILITY, settings.durability().atLeast().toString());
    }

    private OutputStream answer(Exchange exchange, Serving serving) {
        answerHeaders(exchange, serving);
        return exchange.answerStream(BINARY);
    }

    private Serving serving(Exchange exchange) throws RefusedException {
        Epoch election = epoch(exchange, StreamHeaders.ELECTION);
        if (election.equals(Epoch.NONE)) {
            PrimaryTenure tenure = tenure(exchange);
            return new Serving(tenure.epoch(), settings.nodeName(), tenure::holdsLease, tenure.commitment(), tenure);
        }
        String candidate = nodeName(exchange);
        if (!promise.isPromisedTo(election, candidate)) {
            throw new RefusedException(
                    409, "notPromised", "This node's promise for epoch " + election + " is not " + candidate + "'s.");
        }
        return new Serving(election, candidate, () -> promise.isPromisedTo(election, candidate), committedHere(), null);
    }

    /** What a node that does not lead has been told; the candidate finds out about the rest when it leads. */
    private Committed committedHere() throws RefusedException {
        return new Told(
                settings.durability().atLeast() != Durability.LOCAL,
                files().log().durableGate(),
                database.board().snapshot().committed().value());
    }

    private record Told(boolean waitsForOthers, PositionGate news, long committedTxid) implements Committed {}

    /** A caller that has promised a higher epoch follows another primary, or will: this one is over. */
    private PrimaryTenure tenure(Exchange exchange) throws RefusedException {
        PrimaryTenure tenure = database.leading().orElseThrow(this::notPrimary);
        Epoch promisedElsewhere = epoch(exchange, StreamHeaders.PROMISED);
        if (promisedElsewhere.isAfter(tenure.epoch())) {
            promise.heard(promisedElsewhere);
            throw notPrimary();
        }
        return tenure;
    }

    private RefusedException notPrimary() {
        return new RefusedException(
                409,
                "notPrimary",
                "This node is not the primary of " + database.name() + ".",
                Map.of("primaryUrl", database.board().snapshot().primaryUrl()));
    }

    private OpenDatabase files() throws RefusedException {
        return database.files()
                .orElseThrow(() -> new RefusedException(503, "starting", database.name() + " is not open yet."));
    }

    private static Position position(Exchange exchange) throws RefusedException {
        String text = exchange.header(StreamHeaders.POSITION);
        try {
            return Position.parse(text == null ? "" : text);
        } catch (IllegalArgumentException malformed) {
            throw new RefusedException(
                    400,
                    "badPosition",
                    "The header " + StreamHeaders.POSITION + " must carry a" + " position: " + malformed.getMessage());
        }
    }

    private static Epoch epoch(Exchange exchange, String header) throws RefusedException {
        String text = exchange.header(header);
        try {
            return text == null ? Epoch.NONE : new Epoch(Long.parseLong(text));
        } catch (IllegalArgumentException malformed) {
            throw new RefusedException(400, "badEpoch", "The header " + header + " must carry an epoch, not " + text);
        }
    }

    private static String nodeName(Exchange exchange) throws RefusedException {
        String name = exchange.header(StreamHeaders.NODE);
        if (name == null || name.isEmpty() || name.length() > 64) {
            throw new RefusedException(400, "badNode", "The header " + StreamHeaders.NODE + " must carry a node name.");
        }
        return name;
    }
}
