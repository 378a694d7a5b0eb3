package io.replsqlite.harness.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table whose columns have declared types of every affinity and whose rows hold values of every storage class. */
final class ValueTable {
    private static final List<String> TYPES = List.of(
            "INTEGER",
            "INT",
            "BIGINT",
            "TINYINT",
            "SMALLINT",
            "MEDIUMINT",
            "UNSIGNED BIG INT",
            "BOOLEAN",
            "REAL",
            "DOUBLE",
            "DOUBLE PRECISION",
            "FLOAT",
            "NUMERIC",
            "NUMERIC(8, 3)",
            "DECIMAL(10,2)",
            "TEXT",
            "VARCHAR(20)",
            "CHAR(3)",
            "NCHAR(55)",
            "CLOB",
            "BLOB",
            "BINARY",
            "DATE",
            "DATETIME",
            "TIMESTAMP",
            "TIME",
            "JSON",
            "");

    /** SQL literals, so that no driver's setter takes part. */
    private static final List<String> VALUES = List.of(
            "NULL",
            "0",
            "1",
            "-1",
            "127",
            "128",
            "255",
            "256",
            "-129",
            "32767",
            "32768",
            "65536",
            "2147483647",
            "2147483648",
            "-2147483648",
            "-2147483649",
            "9007199254740993",
            "9223372036854775807",
            "-9223372036854775808",
            "0.0",
            "-0.0",
            "1.5",
            "-2.25",
            "0.1",
            "1e15",
            "1e17",
            "123456789012345680.0",
            "1e300",
            "4.9e-324",
            "1e999",
            "-1e999",
            "2460000.5",
            "''",
            "'0'",
            "'1'",
            "'true'",
            "'FALSE'",
            "' 12 '",
            "'12.5'",
            "'1e3'",
            "'abc'",
            "'0x10'",
            "'12abc'",
            "'9223372036854775808'",
            "'Grüße 日本 😀'",
            "'a' || char(0) || 'b'",
            "'it''s'",
            "char(9, 10, 13)",
            "'2024-02-29'",
            "'2024-02-29 13:14:15'",
            "'2024-02-29 13:14:15.678'",
            "'2024-02-29T13:14:15'",
            "'13:14:15'",
            "'2024-02-29T13:14:15.123456789'",
            "'2024-02-29T13:14:15+02:00'",
            "'0001-01-01 00:00:00.000'",
            "'9999-12-31 23:59:59.999'",
            "1709212455678",
            "1709212455",
            "-62135596800000",
            "'http://localhost/x'",
            "X''",
            "X'00'",
            "X'61620063'",
            "X'fffe80'",
            "zeroblob(70)");

    private final List<String> types;
    private final List<String> values;

    ValueTable(long seed, int columns) {
        Random random = new Random(seed);
        List<String> shuffled = new ArrayList<>(TYPES);
        Collections.shuffle(shuffled, random);
        types = List.copyOf(shuffled.subList(0, columns));
        values = values(random);
    }

    /** DDL and one INSERT per value; a row has the value in every column, as each affinity makes of it. */
    List<String> script() {
        List<String> script = new ArrayList<>();
        script.add(IntStream.range(0, types.size())
                .mapToObj(column -> "c" + column + " " + types.get(column))
                .collect(Collectors.joining(", ", "CREATE TABLE v (id INTEGER PRIMARY KEY AUTOINCREMENT, ", ")")));
        for (String value : values) {
            script.add("INSERT INTO v VALUES (NULL" + (", " + value).repeat(types.size()) + ")");
        }
        return script;
    }

    private static List<String> values(Random random) {
        List<String> values = new ArrayList<>(VALUES);
        values.add(Long.toString(random.nextLong()));
        values.add(Integer.toString(random.nextInt()));
        values.add(Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(30))));
        values.add(String.format(Locale.ROOT, "X'%016x'", random.nextLong()));
        Collections.shuffle(values, random); // metadata looks at the first row
        return values;
    }

    @Override
    public String toString() {
        return "columns " + types;
    }
}
