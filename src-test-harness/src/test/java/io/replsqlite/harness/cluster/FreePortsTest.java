package io.replsqlite.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.cluster.FreePorts.Range;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void processesAtWorkAtOnceDrawFromDifferentPorts() {
        Range whole = Range.of(0);
        Range first = Range.of(1);
        Range second = Range.of(2);
        assertThat(first.begin()).isEqualTo(whole.begin());
        assertThat(second.begin()).isEqualTo(first.end());
        assertThat(second.end()).isEqualTo(whole.end());
        assertThat(Range.of(3)).isEqualTo(first);
    }

    @Test
    void surefireTellsEachOfItsProcessesItsNumber() throws Exception {
        Range own = Range.of(Integer.getInteger("test.forkNumber"));
        assertThat(FreePorts.find(20))
                .doesNotHaveDuplicates()
                .allMatch(port -> port >= own.begin() && port < own.end());
    }
}
