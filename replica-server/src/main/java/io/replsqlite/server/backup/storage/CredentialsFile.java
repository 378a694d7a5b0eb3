package io.replsqlite.server.backup.storage;

import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code name=value} lines by OpenDAL's names ({@code access_key_id}, {@code secret_access_key},
 * {@code session_token}, {@code account_key} and so on), readable by its owner only.
 */
record CredentialsFile(Path file) {
    /** Tells one content of the file from the next. */
    record Version(FileTime modified, long size, @Nullable Object fileKey) {}

    Version version() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Version(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    Map<String, String> read() throws IOException {
        OwnerOnlyFile.requirePrivate(file);
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, String> values = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return values;
    }
}
