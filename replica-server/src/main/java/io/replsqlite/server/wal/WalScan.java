package io.replsqlite.server.wal;

/**
 * What a reader found from its mark to the end of a WAL file.
 *
 * @param end the place after the last complete transaction
 * @param transactions how many there were
 * @param databaseSizePages the size after the last one, 0 without any
 * @param fileFrames frames the file has room for, valid or not
 */
public record WalScan(WalMark end, int transactions, int databaseSizePages, long fileFrames) {
    public boolean isEmpty() {
        return transactions == 0;
    }
}
