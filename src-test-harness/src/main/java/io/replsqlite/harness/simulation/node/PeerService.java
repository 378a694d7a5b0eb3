package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.harness.simulation.net.Exchange;
import io.replsqlite.harness.simulation.net.Service;
import io.replsqlite.server.election.ElectionCodec;
import io.replsqlite.server.election.PromiseReply;
import io.replsqlite.server.election.PromiseRequest;
import io.replsqlite.server.follow.EpochPromise;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.Tenure;
import io.replsqlite.server.majority.BeatCodec;
import io.replsqlite.server.majority.BoundException;
import io.replsqlite.server.majority.MajorityLease;
import io.replsqlite.server.quorum.Committed;
import io.replsqlite.server.ship.CommonSearch;
import io.replsqlite.server.ship.Shipper;
import io.replsqlite.server.stream.Acknowledgement;
import io.replsqlite.server.stream.CommonRequest;
import io.replsqlite.server.stream.FrameWriter;
import io.replsqlite.server.stream.ResyncRequest;
import io.replsqlite.server.stream.SnapshotEnds;
import io.replsqlite.server.stream.StreamHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a node answers to others: the checks and the order of {@code PrimaryService}, on the simulated network. */
final class PeerService implements Service {
    private final String node;
    private final SimulatedRole role;
    private final @Nullable MajorityLease majority;
    private final SimulatedDatabase database;
    private final EpochPromise promise;
    private final Consumer<Epoch> onPromised;
    private final MonotonicClock clock;

    private record Serving(Epoch epoch, String leader, BooleanSupplier goesOn, Committed committed) {}

    /** Why there is no other answer. */
    private static final class Refusal extends IOException {
        private static final long serialVersionUID = 1L;
        private final String reason;

        Refusal(String reason, String message) {
            super(message);
            this.reason = reason;
        }
    }

    /**
     * @param majority null if the lease is one from outside
     * @param onPromised hears of each promise before the candidate does
     */
    PeerService(
            String node,
            SimulatedRole role,
            @Nullable MajorityLease majority,
            SimulatedDatabase database,
            EpochPromise promise,
            Consumer<Epoch> onPromised,
            MonotonicClock clock) {
        this.node = node;
        this.role = role;
        this.majority = majority;
        this.database = database;
        this.promise = promise;
        this.onPromised = onPromised;
        this.clock = clock;
    }

    @Override
    public void serve(Exchange exchange) throws IOException, InterruptedException {
        try {
            switch (exchange.request().path()) {
                case "stream" -> stream(exchange);
                case "ack" -> acknowledge(exchange);
                case "common" -> common(exchange);
                case "resync" -> resync(exchange);
                case "promise" -> promise(exchange);
                case "beat" -> beat(exchange);
                default -> throw new Refusal("unknown", "no such call");
            }
        } catch (Refusal refusal) {
            exchange.answer(
                    409,
                    ("{\"error\":\"" + refusal.reason + "\",\"message\":\"" + refusal.getMessage() + "\"}")
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    private void promise(Exchange exchange) throws IOException, InterruptedException {
        PromiseRequest request = ElectionCodec.decodeRequest(exchange.request().body());
        PromiseReply reply = promise(request);
        if (reply instanceof PromiseReply.Promised) {
            onPromised.accept(request.epoch());
        }
        exchange.answer(200, ElectionCodec.encode(reply));
    }

    private PromiseReply promise(PromiseRequest request) throws IOException, InterruptedException {
        try {
            return role.promise(request);
        } catch (BoundException bound) {
            throw new Refusal("bound", String.valueOf(bound.getMessage()));
        }
    }

    private void beat(Exchange exchange) throws IOException {
        MajorityLease asked = majority;
        if (asked == null) {
            throw new Refusal("noVoters", "the lease is one from outside");
        }
        exchange.answer(
                200,
                BeatCodec.encode(
                        asked.answer(BeatCodec.decodeBeat(exchange.request().body()))));
    }

    private void stream(Exchange exchange) throws IOException, InterruptedException {
        Serving serving = serving(exchange);
        ChangeLog log = log();
        Position from = Position.parse(String.valueOf(exchange.request().header(StreamHeaders.POSITION)));
        if (!(log.after(from) instanceof CursorSearch.Found found)) {
            throw new Refusal("mustResync", "the log does not continue " + from);
        }
        try (LogCursor cursor = found.cursor();
                OutputStream out = answer(exchange, serving)) {
            new Shipper(log, serving.epoch(), serving.committed(), serving.goesOn(), SimulatedNode.HEARTBEAT, clock)
                    .ship(cursor, out);
        }
    }

    private void acknowledge(Exchange exchange) throws IOException {
        SimulatedTenure tenure = tenure(exchange);
        Acknowledgement ack = Acknowledgement.decode(exchange.request().body());
        if (ack.epoch().equals(tenure.lease().epoch())) {
            tenure.commitment().acknowledged(nodeName(exchange), ack.logEpoch(), ack.durableTxid());
        }
        long head = log().durableHead().txid().value();
        long committed = tenure.commitment().committedTxid();
        if (!tenure.holdsLease()) {
            throw new Refusal("notPrimary", "the lease is over");
        }
        exchange.answer(200, new Acknowledgement.Answer(tenure.lease().epoch(), head, committed).encode());
    }

    private void common(Exchange exchange) throws IOException {
        Serving serving = serving(exchange);
        CommonRequest request = CommonRequest.decode(exchange.request().body());
        byte[] answer = new CommonSearch(log()).answer(request).encode();
        try (OutputStream out = answer(exchange, serving)) {
            out.write(answer);
        }
    }

    private void resync(Exchange exchange) throws IOException {
        Serving serving = serving(exchange);
        ResyncRequest request =
                ResyncRequest.decode(new ByteArrayInputStream(exchange.request().body()));
        ChangeLog log = log();
        PageStore copy = database.copyAtHead();
        try (OutputStream out = answer(exchange, serving)) {
            FrameWriter frames = new FrameWriter(out);
            frames.snapshotBegin(
                    new SnapshotEnds.Begin(copy.position(), PageStore.PAGE_BYTES, PageStore.PAGES, PageStore.PAGES));
            long[] theirs = request.checksums();
            long[] ours = copy.checksums();
            for (int i = 0; i < PageStore.PAGES; i++) {
                if (i >= theirs.length || theirs[i] != ours[i]) {
                    frames.page(i + 1, copy.page(i + 1));
                }
            }
            frames.finishPages();
            frames.snapshotEnd(new SnapshotEnds.End(
                    copy.position(), PageStore.PAGE_BYTES, PageStore.PAGES, historyUpTo(log, copy.position())));
            frames.flush();
        }
    }

    private static List<Tenure> historyUpTo(ChangeLog log, Position position) {
        return log.epochHistory().stream()
                .filter(tenure -> !tenure.epoch().isAfter(position.epoch()))
                .toList();
    }

    private OutputStream answer(Exchange exchange, Serving serving) {
        exchange.answerHeader(StreamHeaders.EPOCH, serving.epoch().toString());
        exchange.answerHeader(StreamHeaders.LEADER, serving.leader());
        exchange.answerHeader(StreamHeaders.DATABASE_ID, SimulatedDatabase.ID.toString());
        exchange.answerHeader(StreamHeaders.DURABILITY, Durability.QUORUM.toString());
        return exchange.answerStream(200);
    }

    private Serving serving(Exchange exchange) throws Refusal {
        Epoch election = epoch(exchange, StreamHeaders.ELECTION);
        if (election.equals(Epoch.NONE)) {
            SimulatedTenure tenure = tenure(exchange);
            return new Serving(tenure.lease().epoch(), node, tenure::holdsLease, tenure.commitment());
        }
        String candidate = nodeName(exchange);
        if (!promise.isPromisedTo(election, candidate)) {
            throw new Refusal("notPromised", "the promise for epoch " + election + " is not " + candidate + "'s");
        }
        return new Serving(
                election, candidate, () -> promise.isPromisedTo(election, candidate), new Told(log().durableGate()));
    }

    /** A node that does not lead knows of nothing that is committed. */
    private record Told(PositionGate news) implements Committed {
        @Override
        public boolean waitsForOthers() {
            return true;
        }

        @Override
        public long committedTxid() {
            return 0;
        }
    }

    private SimulatedTenure tenure(Exchange exchange) throws Refusal {
        SimulatedTenure tenure = role.tenure();
        if (tenure == null) {
            throw new Refusal("notPrimary", node + " is not the primary");
        }
        Epoch promisedElsewhere = epoch(exchange, StreamHeaders.PROMISED);
        if (promisedElsewhere.isAfter(tenure.lease().epoch())) {
            promise.heard(promisedElsewhere);
            throw new Refusal("notPrimary", node + " is not the primary any more");
        }
        return tenure;
    }

    private ChangeLog log() throws Refusal {
        ChangeLog log = database.logIfOpen();
        if (log == null) {
            throw new Refusal("starting", "not open yet");
        }
        return log;
    }

    private static Epoch epoch(Exchange exchange, String header) {
        @Nullable String text = exchange.request().header(header);
        return text == null ? Epoch.NONE : new Epoch(Long.parseLong(text));
    }

    private static String nodeName(Exchange exchange) {
        return String.valueOf(exchange.request().header(StreamHeaders.NODE));
    }
}
