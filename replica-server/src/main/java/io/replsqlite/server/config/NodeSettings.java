package io.replsqlite.server.config;

import io.replsqlite.base.Durability;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.tls.TlsFiles;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings of one node, parsed and checked. Immutable. */
public final class NodeSettings {
    /** Counted in an int. */
    private static final List<NodeSetting> SMALL =
            List.of(NodeSetting.APPLY_MEMORY_BYTES, NodeSetting.MAX_HEADER_BYTES, NodeSetting.MAX_VALUE_BYTES);

    private static final Duration SHORTEST_VOTER_TIMEOUT = Duration.ofMillis(250);

    private final EnumMap<NodeSetting, String> texts = new EnumMap<>(NodeSetting.class);

    private NodeSettings(Map<NodeSetting, String> given) {
        for (NodeSetting setting : NodeSetting.values()) {
            texts.put(setting, given.getOrDefault(setting, setting.defaultValue()));
        }
    }

    /**
     * @param given texts by {@link NodeSetting#key}
     * @throws InvalidSettingException for an unknown key, a malformed value, or a missing directory
     */
    public static NodeSettings of(Map<String, String> given) {
        Map<NodeSetting, String> known = new EnumMap<>(NodeSetting.class);
        given.forEach((key, value) -> known.put(
                NodeSetting.byKey(key)
                        .orElseThrow(() -> new InvalidSettingException(
                                "There is no setting '" + key + "'. The settings are: " + allKeys() + ".")),
                value));
        NodeSettings settings = new NodeSettings(known);
        settings.checkAll();
        return settings;
    }

    private static String allKeys() {
        return String.join(
                ", ",
                List.of(NodeSetting.values()).stream().map(NodeSetting::key).toList());
    }

    /** Parses every value once, so that a malformed one is refused at start and not in the middle of the night. */
    private void checkAll() {
        if (text(NodeSetting.DIR).isEmpty()) {
            throw new InvalidSettingException("Setting dir is missing. " + NodeSetting.DIR.documentation());
        }
        for (NodeSetting setting : NodeSetting.values()) {
            switch (setting.kind()) {
                case NAME -> SettingParser.name(setting, text(setting));
                case NAMES -> SettingParser.names(setting, text(setting));
                case ADDRESS -> checkListen();
                case FLAG -> SettingParser.flag(setting, text(setting));
                case COUNT -> SettingParser.count(setting, text(setting));
                case DURATION -> SettingParser.duration(setting, text(setting));
                case BYTES -> SettingParser.bytes(setting, text(setting));
                case LEASE -> LeaseSetting.parse(text(setting));
                case URL -> url(setting);
                case OPTIONAL_DURATION -> optionalDuration(setting);
                case TEXT -> text(setting);
                case DURABILITY -> SettingParser.choice(setting, text(setting), Durability.class);
                case TLS_CLIENT ->
                    SettingParser.choice(setting, text(setting), TransportSettings.ClientCertificate.class);
                case PLAIN_TEXT -> SettingParser.choice(setting, text(setting), TransportSettings.PlainText.class);
                case BOOTSTRAP -> SettingParser.choice(setting, text(setting), Bootstrap.class);
                case PATH -> checkPath(setting);
                case LAG -> backupLagLimit();
                case STORES -> SettingParser.stores(setting, text(setting));
            }
        }
        for (NodeSetting small : SMALL) {
            if (bytes(small) > Integer.MAX_VALUE) {
                throw SettingParser.invalid(small, text(small));
            }
        }
        durability().check(name());
        checkVoterTimeout();
        if (bootstrap() == Bootstrap.BACKUP
                && backup().isEmpty()
                && path(NodeSetting.BACKUP_TARGETS_FILE).isEmpty()) {
            throw new InvalidSettingException("Setting bootstrap is backup, but the setting backup names none.");
        }
        boolean hasTokenFile = tokenFile().filter(Files::exists).isPresent();
        transport().check(listen().orElse(ListenAddress.NOBODYS), hasTokenFile, advertiseUrl());
    }

    private void checkListen() {
        if (listen().isEmpty() && lease() instanceof LeaseSetting.InZooKeeper) {
            throw new InvalidSettingException(
                    "Setting listen is none, but the lease is one of several nodes: the others"
                            + " could not reach this one. Give it an address.");
        }
    }

    /** A beat goes out each tenth of it, and its answer has half of it: less is within what threads and networks do anyway. */
    private void checkVoterTimeout() {
        if (duration(NodeSetting.VOTER_TIMEOUT).compareTo(SHORTEST_VOTER_TIMEOUT) < 0) {
            throw new InvalidSettingException("Setting voter-timeout is " + text(NodeSetting.VOTER_TIMEOUT)
                    + ", less than " + SHORTEST_VOTER_TIMEOUT.toMillis()
                    + "ms: any pause of a thread would replace the primary. Set at least three times the longest pause of a"
                    + " node, the same on every node.");
        }
    }

    private void checkPath(NodeSetting setting) {
        try {
            Path ignored = Path.of(text(setting));
        } catch (InvalidPathException malformed) {
            throw SettingParser.invalid(setting, text(setting));
        }
    }

    private String text(NodeSetting setting) {
        return texts.getOrDefault(setting, setting.defaultValue());
    }

    public String name() {
        return text(NodeSetting.NAME);
    }

    public Path directory() {
        return Path.of(text(NodeSetting.DIR)).toAbsolutePath().normalize();
    }

    public List<String> databases() {
        return SettingParser.names(NodeSetting.DATABASES, text(NodeSetting.DATABASES));
    }

    /** Empty: nobody can reach this node but its own process. */
    public Optional<ListenAddress> listen() {
        String text = text(NodeSetting.LISTEN);
        return text.equals(ListenAddress.NONE)
                ? Optional.empty()
                : Optional.of(SettingParser.address(NodeSetting.LISTEN, text));
    }

    public Optional<URI> advertiseUrl() {
        return url(NodeSetting.ADVERTISE_URL);
    }

    public Optional<URI> url(NodeSetting setting) {
        String text = text(setting);
        return text.isEmpty() ? Optional.empty() : Optional.of(SettingParser.url(setting, text));
    }

    public Optional<Duration> optionalDuration(NodeSetting setting) {
        String text = text(setting);
        return text.equals("none") ? Optional.empty() : Optional.of(SettingParser.duration(setting, text));
    }

    public Optional<Path> path(NodeSetting setting) {
        String text = text(setting);
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    /** As it was given. */
    public Optional<String> given(NodeSetting setting) {
        String text = text(setting);
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    public LeaseSetting lease() {
        return LeaseSetting.parse(text(NodeSetting.LEASE));
    }

    public DurabilitySettings durability() {
        return new DurabilitySettings(
                SettingParser.choice(NodeSetting.DURABILITY, text(NodeSetting.DURABILITY), Durability.class),
                SettingParser.names(NodeSetting.VOTERS, text(NodeSetting.VOTERS)),
                duration(NodeSetting.COMMIT_TIMEOUT));
    }

    public Optional<Path> tokenFile() {
        String text = text(NodeSetting.TOKEN_FILE);
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    public TransportSettings transport() {
        return new TransportSettings(
                tlsFiles(),
                SettingParser.choice(
                        NodeSetting.TLS_CLIENT,
                        text(NodeSetting.TLS_CLIENT),
                        TransportSettings.ClientCertificate.class),
                SettingParser.choice(
                        NodeSetting.PLAIN_TEXT, text(NodeSetting.PLAIN_TEXT), TransportSettings.PlainText.class));
    }

    private TlsFiles tlsFiles() {
        try {
            return TlsFiles.of(
                    text(NodeSetting.TLS_TRUST), text(NodeSetting.TLS_CERTIFICATE), text(NodeSetting.TLS_KEY));
        } catch (IllegalArgumentException halfOfThem) {
            throw new InvalidSettingException(
                    "Of the settings tls-certificate and tls-key only one is set: " + halfOfThem.getMessage() + ".");
        }
    }

    public Optional<Path> leaseCredentialsFile() {
        String text = text(NodeSetting.LEASE_CREDENTIALS_FILE);
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    /** Empty: nothing is backed up. */
    public List<StoreUrl> backup() {
        return SettingParser.stores(NodeSetting.BACKUP, text(NodeSetting.BACKUP));
    }

    public LagLimit backupLagLimit() {
        return SettingParser.lagLimit(NodeSetting.BACKUP_LAG_LIMIT, text(NodeSetting.BACKUP_LAG_LIMIT));
    }

    public Optional<Path> backupCredentialsFile() {
        return path(NodeSetting.BACKUP_CREDENTIALS_FILE);
    }

    /** Empty: what is backed up is not encrypted. */
    public Optional<Path> backupKeyFile() {
        String text = text(NodeSetting.BACKUP_KEY_FILE);
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    public Bootstrap bootstrap() {
        return SettingParser.choice(NodeSetting.BOOTSTRAP, text(NodeSetting.BOOTSTRAP), Bootstrap.class);
    }

    public boolean flag(NodeSetting setting) {
        return SettingParser.flag(setting, text(setting));
    }

    public int count(NodeSetting setting) {
        return SettingParser.count(setting, text(setting));
    }

    public long bytes(NodeSetting setting) {
        return SettingParser.bytes(setting, text(setting));
    }

    public Duration duration(NodeSetting setting) {
        return SettingParser.duration(setting, text(setting));
    }
}
