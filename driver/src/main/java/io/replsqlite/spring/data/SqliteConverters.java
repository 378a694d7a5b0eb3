package io.replsqlite.spring.data;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.UUID;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.convert.WritingConverter;

/**
 * Back from what SQLite keeps. It has no booleans, dates and times: sqlite-jdbc stores 0 and 1, and milliseconds since 1970
 * in the JVM's zone; SQLite's own functions write {@code 2026-01-31 12:00:00} in UTC. UUIDs are text.
 */
final class SqliteConverters {
    static final List<Object> ALL = List.of(
            NumberToBoolean.INSTANCE,
            NumberToInstant.INSTANCE,
            NumberToLocalDateTime.INSTANCE,
            NumberToLocalDate.INSTANCE,
            TextToInstant.INSTANCE,
            TextToLocalDateTime.INSTANCE,
            TextToLocalDate.INSTANCE,
            UuidToText.INSTANCE,
            TextToUuid.INSTANCE);

    /** {@code 2026-01-31}, with a time behind a blank or a T, with a zone or in UTC. */
    private static final DateTimeFormatter TEXT = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendPattern("[' ']['T']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffsetId()
            .toFormatter();

    private SqliteConverters() {}

    @ReadingConverter
    enum NumberToBoolean implements Converter<Number, Boolean> {
        INSTANCE;

        @Override
        public Boolean convert(Number source) {
            return source.longValue() != 0;
        }
    }

    @ReadingConverter
    enum NumberToInstant implements Converter<Number, Instant> {
        INSTANCE;

        @Override
        public Instant convert(Number source) {
            return Instant.ofEpochMilli(source.longValue());
        }
    }

    @ReadingConverter
    enum NumberToLocalDateTime implements Converter<Number, LocalDateTime> {
        INSTANCE;

        @Override
        public LocalDateTime convert(Number source) {
            return LocalDateTime.ofInstant(Instant.ofEpochMilli(source.longValue()), ZoneId.systemDefault());
        }
    }

    @ReadingConverter
    enum NumberToLocalDate implements Converter<Number, LocalDate> {
        INSTANCE;

        @Override
        public LocalDate convert(Number source) {
            return NumberToLocalDateTime.INSTANCE.convert(source).toLocalDate();
        }
    }

    @ReadingConverter
    enum TextToInstant implements Converter<String, Instant> {
        INSTANCE;

        @Override
        public Instant convert(String source) {
            return TEXT.parseBest(source, OffsetDateTime::from, LocalDateTime::from) instanceof OffsetDateTime zoned
                    ? zoned.toInstant()
                    : LocalDateTime.parse(source, TEXT).toInstant(ZoneOffset.UTC);
        }
    }

    @ReadingConverter
    enum TextToLocalDateTime implements Converter<String, LocalDateTime> {
        INSTANCE;

        @Override
        public LocalDateTime convert(String source) {
            return LocalDateTime.parse(source, TEXT);
        }
    }

    @ReadingConverter
    enum TextToLocalDate implements Converter<String, LocalDate> {
        INSTANCE;

        @Override
        public LocalDate convert(String source) {
            return LocalDate.parse(source, TEXT);
        }
    }

    @WritingConverter
    enum UuidToText implements Converter<UUID, String> {
        INSTANCE;

        @Override
        public String convert(UUID source) {
            return source.toString();
        }
    }

    @ReadingConverter
    enum TextToUuid implements Converter<String, UUID> {
        INSTANCE;

        @Override
        public UUID convert(String source) {
            return UUID.fromString(source);
        }
    }
}
