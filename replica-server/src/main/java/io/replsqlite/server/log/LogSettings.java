package io.replsqlite.server.log;

/**
 * @param segmentBytes a segment that has reached this size is followed by a new one; a record is never split
 * @param fillStepBytes how far zeros are written ahead of the records
 */
public record LogSettings(long segmentBytes, int fillStepBytes) {
    public static final LogSettings DEFAULT = new LogSettings(64L << 20, 1 << 20);

    public LogSettings {
        if (segmentBytes < 1024 || fillStepBytes < 1024) {
            throw new IllegalArgumentException("segments and fill steps have at least 1 KiB");
        }
    }
}
