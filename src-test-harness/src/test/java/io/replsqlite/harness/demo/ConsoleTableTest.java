package io.replsqlite.harness.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConsoleTableTest {
    @Test
    void textGoesLeftAndNumbersGoRight() {
        ConsoleTable table = new ConsoleTable("table", "rows", "lag")
                .row("Album", "347", "0.8 ms")
                .row("Track", "13503", "12.0 ms");
        assertThat(table.lines())
                .containsExactly(
                        "table   rows      lag", //
                        "-----  -----  -------",
                        "Album    347   0.8 ms",
                        "Track  13503  12.0 ms");
    }

    @Test
    void oneCellOfTextMakesTheColumnText() {
        ConsoleTable table = new ConsoleTable("n").row("12").row("unknown");
        assertThat(table.lines()).containsExactly("n", "-------", "12", "unknown");
    }

    @Test
    void aCharacterOutsideTheBasicPlaneCountsOnce() {
        ConsoleTable table = new ConsoleTable("a", "b").row("\ud83c\udfb5", "x");
        assertThat(table.toString()).isEqualTo("a  b\n-  -\n\ud83c\udfb5  x");
    }

    @Test
    void aTableWithoutRowsHasAHeadAndARule() {
        assertThat(new ConsoleTable("one", "two").lines()).containsExactly("one  two", "---  ---");
    }

    @Test
    void aRowOfAnotherWidthIsRefused() {
        assertThatThrownBy(() -> new ConsoleTable("a", "b").row("only"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 columns");
    }
}
