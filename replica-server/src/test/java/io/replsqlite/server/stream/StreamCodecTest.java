package io.replsqlite.server.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.Tenure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StreamCodecTest {
    private static final int PAGE = 512;
    private static final Position AT = new Position(new Epoch(3), new Txid(77), new StateChecksum(Long.MIN_VALUE | 99));

    private static byte[] stream() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FrameWriter frames = new FrameWriter(out);
        frames.heartbeat(new Epoch(3), 10, 9);
        frames.record(5).write(new byte[] {1, 2, 3, 4, 5});
        frames.snapshotBegin(new SnapshotEnds.Begin(AT, PAGE, 12, 4));
        for (int page = 1; page <= 4; page++) {
            frames.page(page, ByteBuffer.wrap(page(page)));
        }
        frames.finishPages();
        frames.finishPages();
        frames.snapshotEnd(new SnapshotEnds.End(
                AT,
                PAGE,
                12,
                List.of(
                        new Tenure(new Epoch(1), new Txid(1), "a", "http://a"),
                        new Tenure(new Epoch(3), new Txid(70), "b", null))));
        frames.end("enough");
        frames.flush();
        return out.toByteArray();
    }

    private static byte[] page(int number) {
        byte[] page = new byte[PAGE];
        new Random(number).nextBytes(page);
        return page;
    }

    /** Reads to the end; answers what was read as text, so that two readings can be compared. */
    private static String readAll(InputStream in) throws IOException {
        FrameReader frames = new FrameReader(in);
        StringBuilder seen = new StringBuilder();
        while (true) {
            FrameType type = frames.next();
            switch (type) {
                case HEARTBEAT -> seen.append(frames.heartbeat());
                case RECORD -> {
                    long skipped = 0;
                    while (skipped < frames.recordBytes()) {
                        if (frames.recordBody().read() < 0) {
                            throw new EOFException("in a record");
                        }
                        skipped++;
                    }
                    seen.append("record ").append(skipped);
                }
                case END -> {
                    return seen.append(frames.end()).toString();
                }
                case SNAPSHOT_BEGIN -> seen.append(frames.snapshotBegin());
                case SNAPSHOT_END -> seen.append(frames.snapshotEnd());
                case PAGES -> {
                    TreeMap<Integer, Integer> pages = new TreeMap<>();
                    int count = frames.pages(
                            PAGE,
                            (number, source, offset) -> pages.put(
                                    number, Arrays.hashCode(Arrays.copyOfRange(source, offset, offset + PAGE))));
                    seen.append(count).append(pages);
                }
            }
        }
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        String seen = readAll(new ByteArrayInputStream(stream()));
        assertThat(seen)
                .contains("headTxid=10, committedTxid=9")
                .contains("record 5")
                .contains("pagesToSend=4")
                .contains("4={".replace("=", "") + "1=" + Arrays.hashCode(page(1)))
                .contains("holder=b")
                .endsWith("enough");
    }

    @Test
    void aMutatedStreamIsRefusedOrReadButNeverCrashesNorTakesMemoryForWhatDoesNotArrive() throws IOException {
        byte[] whole = stream();
        for (long seed = 1; seed <= 20_000; seed++) {
            Random random = new Random(seed);
            byte[] mutated = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int i = 1 + random.nextInt(3); i > 0 && mutated.length > 0; i--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                readAll(new ByteArrayInputStream(mutated));
            } catch (StreamFormatException | EOFException refused) {
                assertThat(refused.getMessage() == null || !refused.getMessage().isEmpty())
                        .isTrue();
            } catch (RuntimeException | OutOfMemoryError crashed) {
                throw new AssertionError("seed " + seed, crashed);
            }
        }
    }

    @Test
    void aFrameLargerThanItsTypeAllowsIsRefusedBeforeItIsRead() {
        for (FrameType type : FrameType.values()) {
            if (type != FrameType.RECORD) {
                byte[] header = ByteBuffer.allocate(9)
                        .put((byte) type.code)
                        .putLong(type.maxPayloadBytes + 1)
                        .array();
                assertThatThrownBy(() -> new FrameReader(new ByteArrayInputStream(header)).next())
                        .isInstanceOf(StreamFormatException.class)
                        .hasMessageContaining(type.name());
            }
        }
    }

    @Test
    void anAcknowledgementAndItsAnswerSurviveTheWayAndNothingElseIsTaken() throws IOException {
        Acknowledgement ack = new Acknowledgement(new Epoch(4), new Epoch(3), 12, 11);
        assertThat(Acknowledgement.decode(ack.encode())).isEqualTo(ack);
        Acknowledgement.Answer answer = new Acknowledgement.Answer(new Epoch(4), 20, 19);
        assertThat(Acknowledgement.Answer.decode(answer.encode())).isEqualTo(answer);
        for (long seed = 1; seed <= 5000; seed++) {
            Random random = new Random(seed);
            byte[] first = ack.encode();
            byte[] second = answer.encode();
            first[random.nextInt(first.length)] = (byte) random.nextInt();
            second[random.nextInt(second.length)] = (byte) random.nextInt();
            refusedOrTaken(seed, () -> Acknowledgement.decode(first));
            refusedOrTaken(seed, () -> Acknowledgement.Answer.decode(second));
            refusedOrTaken(seed, () -> Acknowledgement.decode(Arrays.copyOf(first, random.nextInt(40))));
            refusedOrTaken(seed, () -> Acknowledgement.Answer.decode(Arrays.copyOf(second, random.nextInt(40))));
        }
    }

    @Test
    void aResyncRequestOfAnySizeSurvivesTheWay() throws IOException {
        for (int pages : new int[] {0, 1, 8191, 8192, 8193, 30_000}) {
            ResyncRequest request = new ResyncRequest(
                    new UUID(5, 6), new Random(pages).longs(pages).toArray());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            request.encode(out);
            assertThat(out.size()).isEqualTo(request.encodedBytes());
            ResyncRequest read = ResyncRequest.decode(new ByteArrayInputStream(out.toByteArray()));
            assertThat(read.databaseId()).isEqualTo(request.databaseId());
            assertThat(read.checksums()).isEqualTo(request.checksums());
        }
    }

    @Test
    void aResyncRequestThatAnnouncesMoreThanItBringsIsRefused() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ResyncRequest(new UUID(5, 6), new long[] {1, 2, 3}).encode(out);
        byte[] bytes = out.toByteArray();
        ByteBuffer.wrap(bytes).putInt(24, Integer.MAX_VALUE);
        assertThatThrownBy(() -> ResyncRequest.decode(new ByteArrayInputStream(bytes)))
                .isInstanceOf(EOFException.class);
        ByteBuffer.wrap(bytes).putInt(24, -1);
        assertThatThrownBy(() -> ResyncRequest.decode(new ByteArrayInputStream(bytes)))
                .isInstanceOf(StreamFormatException.class);
    }

    private interface Decoding {
        Object run() throws IOException;
    }

    private static void refusedOrTaken(long seed, Decoding decoding) throws IOException {
        try {
            assertThat(decoding.run()).isNotNull();
        } catch (StreamFormatException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        } catch (RuntimeException crashed) {
            throw new AssertionError("seed " + seed, crashed);
        }
    }
}
