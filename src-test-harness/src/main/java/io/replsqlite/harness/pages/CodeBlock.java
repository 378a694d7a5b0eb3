package io.replsqlite.harness.pages;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fenced block of a page.
 *
 * @param page its name in the tree
 * @param line where the fence opens, from 1
 * @param language what stands behind the fence: a language, and perhaps a word on its use
 * @param comment the HTML comment on the line before the fence; empty if there is none
 */
public record CodeBlock(String page, int line, String language, String comment, List<String> lines) {
    private static final String FENCE = "```";
    private static final Pattern COMMENT = Pattern.compile("<!--\\s*(.*?)\\s*-->");

    public CodeBlock {
        lines = List.copyOf(lines);
    }

    public String text() {
        return String.join("\n", lines);
    }

    /** For messages: a page and a line that editors jump to. */
    public String place() {
        return page + ":" + line;
    }

    static List<CodeBlock> in(String page, List<String> text) {
        List<CodeBlock> blocks = new ArrayList<>();
        for (int line = 0; line < text.size(); line++) {
            if (text.get(line).startsWith(FENCE)) {
                int end = line + 1;
                while (end < text.size() && !text.get(end).startsWith(FENCE)) {
                    end++;
                }
                if (end == text.size()) {
                    throw new IllegalStateException(page + ":" + (line + 1) + ": the block has no end");
                }
                String language = text.get(line).substring(FENCE.length()).strip();
                String comment = line == 0 ? "" : comment(text.get(line - 1));
                blocks.add(new CodeBlock(page, line + 1, language, comment, text.subList(line + 1, end)));
                line = end;
            }
        }
        return blocks;
    }

    private static String comment(String line) {
        Matcher comment = COMMENT.matcher(line);
        return comment.matches() ? comment.group(1) : "";
    }
}
