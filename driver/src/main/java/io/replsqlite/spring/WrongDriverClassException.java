package io.replsqlite.spring;

import io.replsqlite.ReplicaDriver;
import java.io.Serial;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;

/**
 * A URL in the configuration is this driver's, and what stands beside it does not fit: a driver class that is left over from
 * sqlite-jdbc, or none where Spring Boot cannot find one by the URL.
 */
final class WrongDriverClassException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final String OURS = ReplicaDriver.class.getName();
    private static final String DRIVER_CLASS = ".driver-class-name";

    /** What to change, and where it stands. */
    private final String remedy;

    private WrongDriverClassException(String what, String remedy) {
        super(what + " " + remedy);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }

    /** The driver class of the data source and of its pool: each may be absent, neither may be another's. */
    static void refuseIn(Environment environment) {
        refuseOther(environment, "spring.datasource");
        refuseOther(environment, "spring.datasource.hikari");
    }

    /**
     * A migration tool with a URL of its own: Boot makes a data source for that alone, and finds no driver by it.
     *
     * @param tool the prefix of its settings
     */
    static void refuseForTool(Environment environment, String tool) {
        if (!ReplicaDriver.accepts(environment.getProperty(tool + ".url", ""))) {
            return;
        }
        refuseOther(environment, tool);
        if (find(environment, tool + DRIVER_CLASS) == null) {
            throw new WrongDriverClassException(
                    tool
                            + ".url begins with jdbc:replsqlite:, and Boot finds no driver by a URL that is given to the tool"
                            + " alone.",
                    "Remove the line with " + tool + ".url " + place(find(environment, tool + ".url"))
                            + ": the tool then uses the data source of spring.datasource.url. Or add " + tool
                            + DRIVER_CLASS + "=" + OURS + ".");
        }
    }

    private static void refuseOther(Environment environment, String prefix) {
        ConfigurationProperty property = find(environment, prefix + DRIVER_CLASS);
        if (property != null && !OURS.equals(property.getValue())) {
            throw new WrongDriverClassException(
                    prefix + DRIVER_CLASS + " is " + property.getValue()
                            + ", which does not accept URLs that begin with jdbc:replsqlite:.",
                    "Remove the line with " + prefix + DRIVER_CLASS + " " + place(property) + ", or set it to " + OURS
                            + ".");
        }
    }

    private static String place(@Nullable ConfigurationProperty property) {
        return property == null || property.getOrigin() == null
                ? "(of unknown origin)"
                : "(at " + property.getOrigin() + ")";
    }

    private static @Nullable ConfigurationProperty find(Environment environment, String key) {
        ConfigurationPropertyName name = ConfigurationPropertyName.of(key);
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                return property;
            }
        }
        return null;
    }
}
