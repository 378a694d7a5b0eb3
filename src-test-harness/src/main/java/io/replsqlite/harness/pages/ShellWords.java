package io.replsqlite.harness.pages;

import java.util.ArrayList;
import java.util.List;

/** Commands of a page as a shell would take them apart: quotes, comments, continued lines, several on a line. */
public final class ShellWords {
    private static final String PROMPT = "$ ";

    private final List<List<String>> commands = new ArrayList<>();
    private List<String> command = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;

    private ShellWords() {}

    /** The words of each command of a {@code console} or {@code sh} block. */
    public static List<List<String>> of(CodeBlock block) {
        boolean prompted = block.language().equals("console");
        StringBuilder script = new StringBuilder();
        boolean continued = false;
        for (String line : block.lines()) {
            if (!prompted || continued) {
                script.append(line);
            } else if (line.startsWith(PROMPT)) {
                script.append(line.substring(PROMPT.length()));
            } else {
                continue;
            }
            continued = line.endsWith("\\");
            if (continued) {
                script.setLength(script.length() - 1);
            } else {
                script.append('\n');
            }
        }
        return of(script.toString());
    }

    /** The same for a text without prompts. */
    public static List<List<String>> of(String script) {
        ShellWords words = new ShellWords();
        words.split(script);
        return words.commands;
    }

    private void split(String script) {
        int at = 0;
        while (at < script.length()) {
            char c = script.charAt(at);
            if (c == '\'' || c == '"') {
                int end = script.indexOf(c, at + 1);
                if (end < 0) {
                    throw new IllegalArgumentException("a quote is not closed: " + script);
                }
                word.append(script, at + 1, end);
                inWord = true;
                at = end;
            } else if (c == '#' && !inWord) {
                int end = script.indexOf('\n', at);
                at = (end < 0 ? script.length() : end) - 1;
            } else if (c == '\n' || c == '&' || c == '|' || c == ';' || (c == '(' && !inWord)) {
                endCommand();
            } else if (c == ' ') {
                endWord();
            } else {
                word.append(c);
                inWord = true;
            }
            at++;
        }
        endCommand();
    }

    private void endWord() {
        if (inWord) {
            command.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private void endCommand() {
        endWord();
        if (!command.isEmpty()) {
            commands.add(command);
            command = new ArrayList<>();
        }
    }
}
