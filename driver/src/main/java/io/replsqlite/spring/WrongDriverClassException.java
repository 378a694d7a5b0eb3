package io.replsqlite.spring;

import io.replsqlite.ReplicaDriver;
import java.io.Serial;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;

/** The URL is this driver's and {@code spring.datasource.driver-class-name} is not, mostly left over from sqlite-jdbc. */
final class WrongDriverClassException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    static final String PROPERTY = "spring.datasource.driver-class-name";

    /** Where the line stands. */
    private final String place;

    private WrongDriverClassException(Object value, String place) {
        super(PROPERTY + " is " + value + ", which does not accept URLs that begin with jdbc:replsqlite: (" + place
                + "). Remove this line: the URL alone is enough. Or set it to " + ReplicaDriver.class.getName() + ".");
        this.place = place;
    }

    String place() {
        return place;
    }

    static void refuseIn(Environment environment) {
        ConfigurationProperty property = find(environment);
        if (property != null && !ReplicaDriver.class.getName().equals(property.getValue())) {
            String place = property.getOrigin() == null ? "of unknown origin" : "at " + property.getOrigin();
            throw new WrongDriverClassException(property.getValue(), place);
        }
    }

    private static @Nullable ConfigurationProperty find(Environment environment) {
        ConfigurationPropertyName name = ConfigurationPropertyName.of(PROPERTY);
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty property = source.getConfigurationProperty(name);
            if (property != null) {
                return property;
            }
        }
        return null;
    }
}
