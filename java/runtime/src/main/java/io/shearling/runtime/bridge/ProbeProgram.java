package io.shearling.runtime.bridge;

import io.shearling.natives.NativeLibraries;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One run of {@code shearling-probe}, which lies beside the natives: native/probe/main.cpp tells what it says. */
final class ProbeProgram {
    private static final String LAST_WORDS = "shearling: native code ends the process: ";
    private static final int CANNOT_TELL = 2;
    private static final int CANNOT_SAY = 3;
    private static final int SIGNAL = 128;

    private ProbeProgram() {}

    /**
     * How a run ended.
     *
     * @param exitCode what the program returned, 128 and more for a signal; {@link #NOT_ENDED} when it was killed at the limit
     * @param lines what it said
     */
    record Ending(int exitCode, List<String> lines) {
        static final int NOT_ENDED = -1;
        static final int KILLED = SIGNAL + 9;
        static final int CPU_TIME_SPENT = SIGNAL + 24;
        private static final int FILE_TOO_LARGE = SIGNAL + 25;

        /** Copies the lines. */
        Ending {
            lines = List.copyOf(lines);
        }

        boolean says(String line) {
            return lines.contains(line);
        }

        /** What follows the prefix in the first line that has it. */
        Optional<String> after(String prefix) {
            return allAfter(prefix).stream().findFirst();
        }

        List<String> allAfter(String prefix) {
            return lines.stream()
                    .filter(line -> line.startsWith(prefix))
                    .map(line -> line.substring(prefix.length()))
                    .toList();
        }

        /** Why the program could tell nothing; empty when it could. */
        Optional<String> cannotTell() {
            if (exitCode == FILE_TOO_LARGE || exitCode == CANNOT_SAY) {
                return Optional.of("there is no space for what it says in " + System.getProperty("java.io.tmpdir"));
            }
            return exitCode == CANNOT_TELL
                    ? Optional.of(lines.isEmpty() ? "exit code " + exitCode : lines.get(lines.size() - 1))
                    : Optional.empty();
        }

        /** What the process died of, in a few words. */
        String death() {
            return after(LAST_WORDS).orElseGet(() -> switch (exitCode - SIGNAL) {
                case 4 -> "an instruction that this CPU does not have";
                case 6 -> "abort";
                case 7, 11 -> "memory that is not there";
                case 8 -> "a division by zero";
                default -> "exit code " + exitCode;
            });
        }
    }

    /**
     * Runs the program to its end or the limit. An interrupt ends it and cancels.
     *
     * @param subject the file that is tried, for messages
     * @param seconds the limit
     * @param arguments those of the program
     */
    static Ending run(Path subject, long seconds, Path... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(NativeLibraries.directory().resolve("shearling-probe").toString());
        for (Path argument : arguments) {
            command.add(argument.toString());
        }
        Path said = Files.createTempFile("shearling-probe", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            boolean ended = await(process, subject, seconds);
            String text = new String(Files.readAllBytes(said), StandardCharsets.UTF_8);
            return new Ending(
                    ended ? process.exitValue() : Ending.NOT_ENDED, text.lines().toList());
        } finally {
            Files.deleteIfExists(said);
        }
    }

    private static boolean await(Process process, Path subject, long seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ShearlingException(ErrorCode.CANCELLED, "loading " + subject + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
