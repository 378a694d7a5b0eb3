package io.replsqlite.harness.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** The scripts of sqllogictest as they lie in the artifact {@code net.hydromatic:sql-logic-test}. */
final class Corpus implements AutoCloseable {
    private static final String KNOWN_SCRIPT = "test/select1.test";

    private final JarFile jar;

    private Corpus(JarFile jar) {
        this.jar = jar;
    }

    static Corpus open() throws IOException {
        URL script = Corpus.class.getClassLoader().getResource(KNOWN_SCRIPT);
        if (script == null) {
            throw new IOException("sql-logic-test is not on the class path: there is no " + KNOWN_SCRIPT);
        }
        JarURLConnection connection = (JarURLConnection) script.openConnection();
        connection.setUseCaches(false);
        return new Corpus(connection.getJarFile());
    }

    /** All of them, in one order on every machine. */
    List<String> names() {
        return jar.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(".test"))
                .sorted()
                .toList();
    }

    TestScript read(String name) throws IOException {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(jar.getInputStream(jar.getEntry(name)), StandardCharsets.UTF_8))) {
            return TestScript.parse(name, lines.lines().toList());
        }
    }

    @Override
    public void close() throws IOException {
        jar.close();
    }
}
