package io.shearling.runtime.diagnosis;

import io.shearling.runtime.bridge.ProcessLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The machine and the JVM. Immutable.
 *
 * @param system name and version of the operating system
 * @param architecture the JVM's processor architecture
 * @param libc name and version of the C library, as "glibc 2.36"; "unknown" where nobody tells
 * @param java version and name of the JVM
 * @param javaHome where it lies
 * @param processors what the JVM may use, as it sees it
 * @param limits what native code sees; empty where it does not load
 */
public record Machine(
        String system,
        String architecture,
        String libc,
        String java,
        Path javaHome,
        int processors,
        Optional<Limits> limits) {

    /**
     * Cores and memory that this process may use; a container's limits count.
     *
     * @param cores threads that a context computes with unless it is told otherwise
     * @param coresLimit cores that the container allows, rounded up; empty without a limit
     * @param memoryTotal bytes of the machine; -1 where the system does not tell
     * @param memoryAvailable bytes that can be had without swapping; -1 where the system does not tell
     * @param memoryLimit bytes that the container allows; empty without a limit
     */
    public record Limits(
            int cores, OptionalInt coresLimit, long memoryTotal, long memoryAvailable, OptionalLong memoryLimit) {}

    /** This machine. */
    static Machine here(boolean nativesLoad) {
        return new Machine(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("os.arch"),
                libraryName(),
                Runtime.version() + " (" + System.getProperty("java.vm.name") + ")",
                Path.of(System.getProperty("java.home")),
                Runtime.getRuntime().availableProcessors(),
                nativesLoad ? Optional.of(ProcessLimits.now()) : Optional.empty());
    }

    /** glibc says its version to getconf; musl is known by its loader. */
    private static String libraryName() {
        try {
            Process process = new ProcessBuilder("getconf", "GNU_LIBC_VERSION")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() == 0 && !said.isEmpty()) {
                return said;
            }
        } catch (IOException e) {
            // There is no such program: what follows may still tell.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean musl = Files.exists(Path.of("/lib", "ld-musl-" + processor() + ".so.1"));
        return musl ? "musl" : "unknown";
    }

    private static String processor() {
        String architecture = System.getProperty("os.arch");
        return architecture.equals("amd64") ? "x86_64" : architecture;
    }
}
