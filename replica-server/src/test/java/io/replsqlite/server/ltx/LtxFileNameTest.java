package io.replsqlite.server.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.replsqlite.base.Txid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LtxFileNameTest {
    @Test
    void writesAndReadsTheTwoTxids() {
        LtxFileName name = new LtxFileName(new Txid(1), new Txid(0xabcdef));
        assertThat(name).hasToString("0000000000000001-0000000000abcdef.ltx");
        assertThat(LtxFileName.parse(name.toString())).contains(name);
        assertThat(LtxFileName.of(LtxFiles.header(512, 1, 3, 9))).hasToString("0000000000000003-0000000000000009.ltx");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0000000000000001-0000000000000002",
                "0000000000000001-0000000000000002.ltx.tmp",
                "0000000000000001-0000000000000002.LTX",
                "000000000000000A-000000000000000B.ltx",
                "1-2.ltx",
                "0000000000000000-0000000000000002.ltx",
                "0000000000000003-0000000000000002.ltx",
                "0000000000000001-8000000000000000.ltx",
                "0000000000000001-0000000000000002.ltx\n",
            })
    void anythingElseIsNoFileName(String text) {
        assertThat(LtxFileName.parse(text)).isEmpty();
    }

    @Test
    void sortsByTheFirstTxidThenTheLast() {
        LtxFileName early = new LtxFileName(new Txid(1), new Txid(5));
        assertThat(early).isLessThan(new LtxFileName(new Txid(1), new Txid(6)));
        assertThat(early).isLessThan(new LtxFileName(new Txid(2), new Txid(2)));
    }

    @Test
    void refusesWhatIsNoRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LtxFileName(Txid.ZERO, new Txid(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new LtxFileName(new Txid(2), new Txid(1)));
    }
}
