package io.replsqlite.server.ltx;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.StateChecksum;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc64Test {
    @Test
    void hasTheCheckValueOfTheCatalogue() {
        assertThat(Crc64.of("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xB90956C775A41001L);
    }

    @Test
    void ofNothingIsTheStartValue() {
        assertThat(Crc64.of(new byte[0])).isEqualTo(Crc64.START);
    }

    @Test
    void agreesWithTheBitwiseDefinitionAtEveryLengthAndOffset() {
        byte[] bytes = new byte[9000];
        new Random(1).nextBytes(bytes);
        for (int length = 0; length < 9000 - 40; length += length < 100 ? 1 : 137) {
            int offset = length % 37;
            byte[] piece = Arrays.copyOfRange(bytes, offset, offset + length);
            long expected = ChangeSetSpec.crc(piece);
            assertThat(Crc64.update(Crc64.START, bytes, offset, length))
                    .as("array, length %d", length)
                    .isEqualTo(expected);
            ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes);
            direct.position(offset).limit(offset + length);
            assertThat(Crc64.update(Crc64.START, direct))
                    .as("direct buffer, length %d", length)
                    .isEqualTo(expected);
            assertThat(direct.position()).isEqualTo(offset);
            assertThat(Crc64.update(Crc64.START, ByteBuffer.wrap(bytes, offset, length)))
                    .as("heap buffer, length %d", length)
                    .isEqualTo(expected);
        }
    }

    @Test
    void chainsAndConcatenates() {
        byte[] bytes = new byte[10_000];
        new Random(2).nextBytes(bytes);
        long whole = Crc64.of(bytes);
        for (int cut : new int[] {0, 1, 15, 16, 100, 4096, 5904, 9999, 10_000}) {
            long first = Crc64.update(Crc64.START, bytes, 0, cut);
            long second = Crc64.update(Crc64.START, bytes, cut, bytes.length - cut);
            assertThat(Crc64.update(first, bytes, cut, bytes.length - cut)).isEqualTo(whole);
            assertThat(Crc64.concat(first, second, Crc64.lengthFactor(bytes.length - cut)))
                    .as("cut at %d", cut)
                    .isEqualTo(whole);
        }
    }

    @Test
    void pageChecksumsAreThoseOfTheReference() {
        assertThat(PageChecksum.of(1, new byte[4096], 0, 4096)).isEqualTo(0xd9328f592d9e733dL);
        assertThat(PageChecksum.of(1, new byte[600], 88, 512)).isEqualTo(0xefb1f44fecd99000L);
    }

    @Test
    void pagesAddUpToTheDatabaseChecksumOfTheReference() {
        long first = PageChecksum.of(1, ChangeSetSpec.filled(1024, '2'), 0, 1024);
        long second = PageChecksum.of(2, ChangeSetSpec.filled(1024, '3'), 0, 1024);
        StateChecksum grown = PageChecksum.replace(StateChecksum.EMPTY, PageChecksum.NONE, first);
        StateChecksum both = PageChecksum.replace(grown, PageChecksum.NONE, second);

        assertThat(both.bits()).isEqualTo(0xe1899b6d587aaaaaL);
        assertThat(PageChecksum.replace(both, second, PageChecksum.NONE)).isEqualTo(grown);
        assertThat(PageChecksum.replace(grown, first, PageChecksum.NONE)).isEqualTo(StateChecksum.EMPTY);
    }

    @Test
    void theLockPageCountsForNothing() {
        byte[] page = ChangeSetSpec.filled(65_536, 7);
        assertThat(PageChecksum.of(16_385, page, 0, 65_536)).isEqualTo(PageChecksum.NONE);
        assertThat(PageChecksum.of(16_384, page, 0, 65_536)).isNegative();
    }
}
