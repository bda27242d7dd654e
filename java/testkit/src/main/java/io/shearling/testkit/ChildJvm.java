package io.shearling.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A JVM of its own for a main class, with the class path of this test: for what a JVM does as a whole, such as how much memory
 * it takes and whether it ends. Not thread-safe.
 */
public final class ChildJvm {
    /** Settings of this JVM without which the child would load other native code than the test does. */
    private static final List<String> INHERITED = List.of("shearling.natives", "shearling.cache", "shearling.cpu");

    private final Class<?> main;
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> properties = new TreeMap<>();
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> arguments = new ArrayList<>();
    private Duration timeout = Duration.ofMinutes(1);
    private boolean writesFail;

    private ChildJvm(Class<?> main) {
        this.main = main;
        for (String name : INHERITED) {
            String value = System.getProperty(name);
            if (value != null) {
                properties.put(name, value);
            }
        }
        if (Runtime.version().feature() >= 24) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
    }

    /** A child that runs this class. */
    public static ChildJvm of(Class<?> main) {
        return new ChildJvm(main);
    }

    /** The largest heap, as {@code -Xmx} takes it: "64m". Default: the JVM's own. */
    public ChildJvm heap(String size) {
        return option("-Xmx" + size);
    }

    /** An option of the JVM. */
    public ChildJvm option(String option) {
        options.add(option);
        return this;
    }

    /** A system property. */
    public ChildJvm property(String name, String value) {
        properties.put(name, value);
        return this;
    }

    /** An environment variable, besides those of this JVM. */
    public ChildJvm environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Arguments of the main class. */
    public ChildJvm arguments(String... values) {
        arguments.addAll(List.of(values));
        return this;
    }

    /** How long it may run. Default: one minute. */
    public ChildJvm timeout(Duration limit) {
        timeout = limit;
        return this;
    }

    /**
     * No file of the child, or of its children, may get longer than nothing: writing fails as it does on a full disk. That goes
     * for its output too, so only the exit code tells how it went. POSIX.
     */
    public ChildJvm withoutSpace() {
        writesFail = true;
        return option("-XX:-UsePerfData");
    }

    /**
     * Runs the child to its end.
     *
     * @throws AssertionError when it has not ended in time; it is killed then
     */
    public ProgramRun run() {
        List<String> command = new ArrayList<>();
        if (writesFail) {
            command.addAll(List.of("sh", "-c", "ulimit -f 0; exec \"$@\"", "sh"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-cp", classPath(), main.getName()));
        command.addAll(arguments);
        ProcessBuilder program = new ProcessBuilder(command);
        program.environment().putAll(environment);
        return ProgramRun.of(program, timeout);
    }

    /** Surefire starts the test's JVM with a jar that only names the class path, which it gives in a property of its own. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
