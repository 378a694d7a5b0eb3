package io.replsqlite.server.ltx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LtxInspectorTest {
    private static LtxReport inspect(byte[] file, int listedPages) throws Exception {
        return LtxInspector.inspect(new ByteArrayInputStream(file), listedPages);
    }

    @Test
    void tellsTheHeaderThePagesAndThatAllIsWell() throws Exception {
        ChangeSetSpec spec = ChangeSetSpec.snapshotOfTwo();
        spec.flags = 0;
        LtxReport report = inspect(spec.encode(), 10);

        assertThat(report.isValid()).isTrue();
        assertThat(report.toMap())
                .containsEntry("valid", true)
                .containsEntry("minTxid", "0000000000000001")
                .containsEntry("snapshot", true)
                .containsEntry("pageSize", 1024)
                .containsEntry("timestamp", "1970-01-01T00:00:01Z")
                .containsEntry("postApplyChecksum", "e1899b6d587aaaaa")
                .doesNotContainKey("problem");
        assertThat((List<?>) report.toMap().get("pages")).hasSize(2).first().isInstanceOf(Map.class);
        assertThat(report.toLines())
                .contains("valid              true", "commit             2")
                .anyMatch(line -> line.startsWith("page          2  offset") && line.contains("frame"));
    }

    @Test
    void listsNoMorePagesThanAskedFor() throws Exception {
        LtxReport report = inspect(ChangeSetSpec.snapshotOfTwo().encode(), 1);
        assertThat(report.pages()).hasSize(1);
        assertThat(report.pageCount()).isEqualTo(2);
        assertThat(report.toLines()).endsWith("... and 1 more pages");
    }

    @Test
    void tellsHowFarADamagedFileGoesAndWhy() throws Exception {
        byte[] file = ChangeSetSpec.snapshotOfTwo().encode();
        LtxReport report = inspect(Arrays.copyOf(file, file.length - 1), 10);
        assertThat(report.isValid()).isFalse();
        assertThat(report.pages()).hasSize(2);
        assertThat(report.toMap())
                .containsEntry("valid", false)
                .containsKey("problem")
                .doesNotContainKey("fileChecksum");
    }

    @Test
    void tellsThatSomethingIsNoLtxFileAtAll() throws Exception {
        LtxReport report =
                inspect("SQLite format 3\0".repeat(10).getBytes(java.nio.charset.StandardCharsets.US_ASCII), 10);
        assertThat(report.header()).isNull();
        assertThat(report.toLines()).anyMatch(line -> line.contains("not an LTX file"));
    }
}
