package io.replsqlite.server.backup.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreUrlTest {
    @Test
    void takesABucketApart() {
        StoreUrl url = StoreUrl.parse("s3://bucket/a/b/?endpoint=http%3A%2F%2Fhost%3A9000&region=eu-1");
        assertThat(url.service()).isEqualTo(StoreUrl.Service.S3);
        assertThat(url.place()).isEqualTo("bucket");
        assertThat(url.path()).isEqualTo("a/b");
        assertThat(url.options()).isEqualTo(Map.of("endpoint", "http://host:9000", "region", "eu-1"));
        assertThat(url).hasToString("s3://bucket/a/b");
        assertThat(url.child("app").path()).isEqualTo("a/b/app");
    }

    @Test
    void takesADirectory() {
        StoreUrl url = StoreUrl.parse("file:///var/backup/");
        assertThat(url.directory()).isEqualTo(Path.of("/var/backup"));
        assertThat(url.child("app")).hasToString("file:///var/backup/app");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bucket/path",
                "ftp://host/path",
                "file://relative/path",
                "file:///",
                "s3:///path",
                "s3://key:secret@bucket/path",
                "s3://bucket/path?secret_access_key=abc",
                "s3://bucket/path?regoin=eu",
                "s3://buc ket/path"
            })
    void refusesWhatNamesNoStoreOrHoldsASecret(String text) {
        assertThatThrownBy(() -> StoreUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("abc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gcs://bucket/p",
                "azblob://container/p?account_name=a&endpoint=https://a.blob.core.windows.net",
                "sftp://host:22/p?user=u&key=/k",
                "webdav://host/p",
                "oss://bucket/p?endpoint=https://oss",
                "b2://bucket/p?bucket_id=1"
            })
    void knowsEveryStore(String text) {
        assertThat(StoreUrl.parse(text).path()).isEqualTo("p");
    }
}
