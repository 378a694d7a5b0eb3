package io.replsqlite.server.node;

import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The cluster's token. Its file holds one token a line: the first is the one to present, all of them are accepted, so that
 * a token can be replaced while nodes and drivers run.
 */
final class TokenFile {
    private static final int TOKEN_BYTES = 32;
    /** What fits in a header, and is too long to be guessed. */
    private static final Pattern TOKEN = Pattern.compile("[!-~]{16,512}");

    private TokenFile() {}

    /** The tokens in the file, which is made with a new one if it does not exist. */
    static List<String> readOrMake(Path file) throws IOException {
        return Files.exists(file) ? read(file) : make(file);
    }

    /** @throws IOException if there is none, or a line is none, or others than the owner can read the file */
    static List<String> read(Path file) throws IOException {
        OwnerOnlyFile.requirePrivate(file);
        List<String> tokens = Files.readString(file)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        for (int line = 0; line < tokens.size(); line++) {
            if (!TOKEN.matcher(tokens.get(line)).matches()) {
                throw unusable(file, "line " + (line + 1) + " is not 16 to 512 letters, digits or signs");
            }
        }
        if (tokens.isEmpty()) {
            throw unusable(file, "it is empty");
        }
        return tokens;
    }

    private static IOException unusable(Path file, String why) {
        return new IOException("The token file " + file + " cannot be used: " + why
                + ". Put one long random text there, such as openssl rand -hex 32 makes, the same on every node.");
    }

    /** Nodes of one host may start together: whoever links the whole file first has made the token of all. */
    private static List<String> make(Path file) throws IOException {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        Path whole = OwnerOnlyFile.sibling(file);
        try {
            OwnerOnlyFile.create(whole, token);
            Path ignored = Files.createLink(file, whole);
            return List.of(token);
        } catch (FileAlreadyExistsException madeByAnother) {
            return read(file);
        } finally {
            Files.deleteIfExists(whole);
        }
    }
}
