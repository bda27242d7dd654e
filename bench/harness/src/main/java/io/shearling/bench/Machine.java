package io.shearling.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The machine that figures were taken on.
 *
 * @param cpu the CPU's product name, or its architecture where the system does not tell
 * @param cores CPUs that this process may use
 * @param memoryBytes memory in all, 0 where the system does not tell
 * @param system operating system, version and architecture
 * @param jvm the Java virtual machine and its version
 */
public record Machine(String cpu, int cores, long memoryBytes, String system, String jvm) {

    /** This machine. */
    public static Machine current() {
        String architecture = System.getProperty("os.arch", "unknown");
        return new Machine(
                line("/proc/cpuinfo", "model name").orElse(architecture),
                Runtime.getRuntime().availableProcessors(),
                line("/proc/meminfo", "MemTotal")
                        .map(text -> Long.parseLong(text.replaceAll("\\D", "")) * 1024)
                        .orElse(0L),
                System.getProperty("os.name", "unknown") + " " + System.getProperty("os.version", "") + " "
                        + architecture,
                System.getProperty("java.vm.name", "unknown") + " " + System.getProperty("java.vm.version", ""));
    }

    private static Optional<String> line(String file, String key) {
        Path path = Path.of(file);
        try {
            List<String> lines = Files.isReadable(path) ? Files.readAllLines(path) : List.of();
            return lines.stream()
                    .filter(line -> line.startsWith(key) && line.contains(":"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
