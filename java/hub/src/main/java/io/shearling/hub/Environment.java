package io.shearling.hub;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The environment variables and the system properties that settings are read from.
 *
 * @param variables the environment variables
 * @param properties the system properties
 */
record Environment(Map<String, String> variables, Map<String, String> properties) {
    static Environment ofThisProcess() {
        Map<String, String> properties = new HashMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            properties.put(name, System.getProperty(name, ""));
        }
        return new Environment(System.getenv(), properties);
    }

    /** The value of the first of these variables that has one, without blanks around it; else empty. */
    String variable(String... names) {
        for (String name : names) {
            String value = variables.getOrDefault(name, "").strip();
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    String property(String name) {
        return properties.getOrDefault(name, "").strip();
    }

    /** Whether a variable switches something on. */
    boolean flag(String name) {
        return flag(name, variable(name));
    }

    /** Whether a system property switches something on. */
    boolean propertyFlag(String name) {
        return flag("-D" + name, property(name));
    }

    private static boolean flag(String name, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "1", "true", "yes", "on" -> true;
            case "", "0", "false", "no", "off" -> false;
            default ->
                throw new HubException(
                        HubException.Reason.BAD_OPTION,
                        "The switch " + name + " has the value " + value + ": set it to 1 or 0.");
        };
    }

    /** The user's home: {@code HOME} as every other program takes it; Java asks the user database of the system instead. */
    Path home() {
        Path home = Path.of(variable("HOME"));
        return home.isAbsolute() && !isWindows() ? home : Path.of(properties.getOrDefault("user.home", "."));
    }

    boolean isWindows() {
        return operatingSystem().startsWith("windows");
    }

    boolean isMac() {
        return operatingSystem().startsWith("mac");
    }

    private String operatingSystem() {
        return property("os.name").toLowerCase(Locale.ROOT);
    }
}
