package io.shearling.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A finished run of a program.
 *
 * @param output what it wrote to stdout
 * @param log what it wrote to stderr
 * @param memory the most memory that was seen while it ran; empty where it was not watched
 */
record ToolRun(String output, String log, ProcessMemory memory) {

    /** Exit codes of a program that SIGINT or SIGTERM has ended. */
    private static final Set<Integer> ENDED_BY_SIGNAL = Set.of(130, 143);

    private static final int SIGNAL_MILLIS = 500;

    /** Whether to look at the program's memory while it runs; the looking takes a little of the machine. */
    enum Watch {
        NO,
        MEMORY
    }

    /**
     * Runs a program to its end; an interrupt ends the program too.
     *
     * @throws BenchException when it cannot be started or fails
     */
    static ToolRun of(List<String> command, Watch watch) {
        try {
            Path output = Files.createTempFile("shearling-bench", ".out");
            Path log = Files.createTempFile("shearling-bench", ".log");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectError(log.toFile())
                        .start();
                process.getOutputStream().close();
                ProcessMemory memory = await(process, watch);
                String said = Files.readString(log);
                if (process.exitValue() != 0) {
                    throw new BenchException(
                            command.get(0) + " failed with exit code " + process.exitValue() + ": " + lastLine(said));
                }
                return new ToolRun(Files.readString(output), said, memory);
            } finally {
                Files.deleteIfExists(output);
                Files.deleteIfExists(log);
            }
        } catch (IOException e) {
            throw new BenchException(command.get(0) + " cannot be run: " + e.getMessage(), e);
        }
    }

    private static ProcessMemory await(Process process, Watch watch) {
        ProcessMemory most = ProcessMemory.NONE;
        try {
            if (watch == Watch.MEMORY) {
                while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    most = most.max(ProcessMemory.of(Long.toString(process.pid())));
                }
            } else {
                process.waitFor();
            }
            if (ENDED_BY_SIGNAL.contains(process.exitValue())) {
                // Ctrl-C reaches the program and this process; give our interrupt the time to come.
                Thread.sleep(SIGNAL_MILLIS);
            }
            return most;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new CancelledException(e);
        }
    }

    private static String lastLine(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1).strip();
    }
}
