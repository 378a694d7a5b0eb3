package io.replsqlite.server.backup.layout;

import io.replsqlite.base.Hex;
import io.replsqlite.base.Txid;
import io.replsqlite.server.ltx.LtxFileName;
import java.util.OptionalLong;

/**
 * The keys of one generation.
 *
 * @param prefix empty for a backup that Litestream wrote, else the generation and a slash
 * @param hexLevels whether level 9 is {@code 0009/}, or {@code ltx/9/}
 */
public record BackupKeys(String prefix, boolean hexLevels) {
    public static final int SNAPSHOT_LEVEL = 9;
    /** Of those that compaction makes. */
    public static final int TOP_LEVEL = 3;

    public static final String GENERATIONS = "generations/";
    public static final String EVIDENCE = "evidence/";
    public static final String REBIRTHS = "rebirths/";

    private static final String ROUND = ".round";
    private static final String POINT = ".point";
    private static final String GENERATION = ".json";

    public static BackupKeys of(long generation, boolean hexLevels) {
        return new BackupKeys(Hex.of(generation) + "/", hexLevels);
    }

    boolean isLitestreams() {
        return prefix.isEmpty();
    }

    public String level(int level) {
        return prefix + (hexLevels ? String.format("%04x/", level) : "ltx/" + level + "/");
    }

    public String file(int level, LtxFileName name) {
        return level(level) + name;
    }

    public String rounds() {
        return prefix + "rounds/";
    }

    public String round(Txid first) {
        return rounds() + first + ROUND;
    }

    /** The first txid of a round's name; empty for a stranger. */
    public static OptionalLong roundOf(String name) {
        return number(name, ROUND);
    }

    public String points() {
        return prefix + "points/";
    }

    public String point(Txid txid) {
        return points() + txid + POINT;
    }

    public static OptionalLong pointOf(String name) {
        return number(name, POINT);
    }

    public static String generation(long generation) {
        return GENERATIONS + Hex.of(generation) + GENERATION;
    }

    public static OptionalLong generationOf(String name) {
        return number(name, GENERATION);
    }

    private static OptionalLong number(String name, String suffix) {
        if (!name.matches("[0-7][0-9a-f]{15}\\" + suffix)) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Hex.parse(name.substring(0, 16)));
    }
}
