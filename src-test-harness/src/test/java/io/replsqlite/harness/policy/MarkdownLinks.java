package io.replsqlite.harness.policy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Links of a Markdown page that lead to no file of the tree, or to no heading of a page. Web addresses are not asked. */
final class MarkdownLinks {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");

    private MarkdownLinks() {}

    static List<String> broken(Path page) {
        List<String> broken = new ArrayList<>();
        Matcher links = LINK.matcher(SourceTree.read(page));
        while (links.find()) {
            String target = links.group(1);
            if (!target.contains("://") && !target.startsWith("mailto:") && !leadsSomewhere(page, target)) {
                broken.add(target);
            }
        }
        return broken;
    }

    private static boolean leadsSomewhere(Path page, String target) {
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
        if (hash < 0 || !Files.exists(file)) {
            return Files.exists(file);
        }
        return anchors(file).contains(target.substring(hash + 1));
    }

    private static List<String> anchors(Path page) {
        return HEADING.matcher(SourceTree.read(page))
                .results()
                .map(heading -> anchor(heading.group(1)))
                .toList();
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }
}
