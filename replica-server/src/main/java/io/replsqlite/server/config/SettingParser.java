package io.replsqlite.server.config;

import io.replsqlite.server.backup.storage.StoreUrl;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts to values. Refuses what it does not understand; never clamps. */
final class SettingParser {
    private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,18})\\s*([A-Za-z]*)");
    private static final Map<String, Long> BYTE_UNITS =
            Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);
    private static final long MAX_BYTES = 1L << 50;
    private static final Map<String, Long> MILLIS_UNITS = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}");

    private SettingParser() {}

    static boolean flag(NodeSetting setting, String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw invalid(setting, text);
        }
        return text.equals("true");
    }

    static int count(NodeSetting setting, String text) {
        long value = quantity(setting, text, Map.of("", 1L));
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw invalid(setting, text);
        }
        return (int) value;
    }

    static long bytes(NodeSetting setting, String text) {
        long value = quantity(setting, text, BYTE_UNITS);
        if (value < 1 || value > MAX_BYTES) {
            throw invalid(setting, text);
        }
        return value;
    }

    static Duration duration(NodeSetting setting, String text) {
        long millis = quantity(setting, text, MILLIS_UNITS);
        if (millis == 0) {
            throw invalid(setting, text);
        }
        return Duration.ofMillis(millis);
    }

    /** A constant of the type as people write it: {@code trusted-network}. */
    static <E extends Enum<E>> E choice(NodeSetting setting, String text, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(one ->
                        one.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text))
                .findFirst()
                .orElseThrow(() -> invalid(setting, text));
    }

    static String name(NodeSetting setting, String text) {
        if (!NAME.matcher(text).matches()) {
            throw invalid(setting, text);
        }
        return text;
    }

    static List<String> names(NodeSetting setting, String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        return Arrays.stream(text.split(",", -1))
                .map(name -> name(setting, name.strip()))
                .toList();
    }

    static ListenAddress address(NodeSetting setting, String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw invalid(setting, text);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 0 || port > 65535) {
                throw invalid(setting, text);
            }
            return new ListenAddress(text.substring(0, colon), port);
        } catch (NumberFormatException notANumber) {
            throw invalid(setting, text);
        }
    }

    static URI url(NodeSetting setting, String text) {
        try {
            URI uri = URI.create(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!web || uri.getHost() == null) {
                throw invalid(setting, text);
            }
            return uri;
        } catch (IllegalArgumentException malformed) {
            throw invalid(setting, text);
        }
    }

    static LagLimit lagLimit(NodeSetting setting, String text) {
        if (text.equals("none")) {
            return LagLimit.NONE;
        }
        return text.strip().matches("[0-9]+")
                ? new LagLimit(count(setting, text), null)
                : new LagLimit(0, duration(setting, text));
    }

    static List<StoreUrl> stores(NodeSetting setting, String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        try {
            return Arrays.stream(text.split(",", -1))
                    .map(url -> StoreUrl.parse(url.strip()))
                    .toList();
        } catch (IllegalArgumentException malformed) { // the text itself may hold a secret
            throw new InvalidSettingException("Setting " + setting.key() + " takes " + setting.kind().form
                    + ", and one of them is none: " + malformed.getMessage() + ". " + setting.documentation());
        }
    }

    private static long quantity(NodeSetting setting, String text, Map<String, Long> units) {
        Matcher matcher = QUANTITY.matcher(text.strip());
        Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
        if (unit == null) {
            throw invalid(setting, text);
        }
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
        } catch (ArithmeticException tooLarge) {
            throw invalid(setting, text);
        }
    }

    static InvalidSettingException invalid(NodeSetting setting, String text) {
        return new InvalidSettingException("Setting " + setting.key() + " cannot be '" + text + "': it takes "
                + setting.kind().form + ". " + setting.documentation());
    }
}
