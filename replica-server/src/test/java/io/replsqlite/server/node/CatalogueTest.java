package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.FailurePoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private static final Catalogue.Entry APP =
            new Catalogue.Entry("app", new UUID(1, 1), false, Catalogue.State.PRESENT);

    @TempDir
    Path directory;

    @AfterEach
    void disarm() {
        FailurePoint.arm("");
    }

    private Catalogue open() throws IOException {
        return new Catalogue(directory.resolve("catalogue.json"));
    }

    @Test
    void whatWasPutIsThereAfterARestartInEveryState() throws IOException {
        Catalogue catalogue = open();
        catalogue.put(APP);
        catalogue.put(new Catalogue.Entry("b", new UUID(1, 2), true, Catalogue.State.DROPPING));
        catalogue.put(new Catalogue.Entry("c", new UUID(1, 3), false, Catalogue.State.DROPPED));
        assertThat(open().all()).containsExactlyElementsOf(catalogue.all()).hasSize(3);
    }

    @Test
    void aDroppedDatabaseLeavesItsNameFreeAndItsIdKnown() throws IOException {
        Catalogue catalogue = open();
        catalogue.put(APP.in(Catalogue.State.DROPPED));
        assertThat(catalogue.present("app")).isEmpty();
        Catalogue.Entry second = new Catalogue.Entry("app", new UUID(9, 9), false, Catalogue.State.PRESENT);
        catalogue.put(second);
        assertThat(catalogue.present("app")).contains(second);
        assertThat(open().all()).containsExactlyInAnyOrder(APP.in(Catalogue.State.DROPPED), second);
    }

    @Test
    void severalArePutTogetherOrNotAtAll() throws IOException {
        Catalogue catalogue = open();
        Catalogue.Entry second = new Catalogue.Entry("b", new UUID(1, 2), false, Catalogue.State.PRESENT);
        FailurePoint.arm("METADATA_WRITTEN=full");
        assertThatThrownBy(() -> catalogue.putAll(List.of(APP, second))).isInstanceOf(IOException.class);
        assertThat(catalogue.all()).isEmpty();
        assertThat(directory.resolve("catalogue.json")).doesNotExist();
        FailurePoint.arm("");
        catalogue.putAll(List.of(APP, second));
        assertThat(open().all()).containsExactly(APP, second);
    }

    @Test
    void aPutThatTheDiskRefusesLeavesTheOldFile() throws IOException {
        Catalogue catalogue = open();
        catalogue.put(APP);
        FailurePoint.arm("METADATA_WRITTEN=full");
        assertThatThrownBy(() -> catalogue.put(APP.in(Catalogue.State.DROPPED))).isInstanceOf(IOException.class);
        assertThat(open().all()).containsExactly(APP);
        assertThat(catalogue.all()).as("in memory as on disk").containsExactly(APP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"app", "_a", "A.b-c_9", "0"})
    void namesThatAreFine(String name) {
        assertThat(Catalogue.isName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".hidden", "-x", "a/b", "a b", "a\u0000", "ä"})
    void namesThatCouldLeaveTheDirectoryOrHideAreNone(String name) throws IOException {
        assertThat(Catalogue.isName(name)).isFalse();
        var json = new ObjectMapper().createObjectNode();
        json.putArray("databases").addObject().put("name", name).put("id", new UUID(1, 1).toString());
        assertThatThrownBy(() -> Catalogue.parse(json)).isInstanceOf(IOException.class);
    }

    @Test
    void anEntryWithoutAnIdIsRefused() throws IOException {
        Files.writeString(directory.resolve("catalogue.json"), "{\"databases\":[{\"name\":\"app\"}]}");
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("app");
    }

    @Test
    void anotherNodeSeesADropThatIsNotFinishedAsADrop() throws IOException {
        Catalogue catalogue = open();
        catalogue.put(APP.in(Catalogue.State.DROPPING));
        String json = new String(catalogue.json(), StandardCharsets.UTF_8);
        assertThat(json).contains("\"dropped\":true");
        assertThat(Catalogue.parse(new ObjectMapper().readTree(json)).get(0).dropped())
                .isTrue();
    }
}
