package io.shearling.runtime.bridge;

import io.shearling.natives.NativeLibraries;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One run of {@code shearling-probe}, which lies beside the natives: native/probe/main.cpp tells what it says. */
final class ProbeProgram {
    private static final System.Logger LOG = System.getLogger(Probe.class.getName());
    private static final String LAST_WORDS = "shearling: native code ends the process: ";
    private static final int CANNOT_TELL = 2;
    private static final int KILLED = 128 + 9;
    private static final int CPU_TIME_SPENT = 128 + 24;

    private static final long SECONDS = 15;
    private static final long BYTES_A_SECOND = 20_000_000;

    private ProbeProgram() {}

    /** What the program finds out; nothing, with a line in the log, when it cannot tell. */
    static Optional<Probe> run(Path plugin, Path model, long modelBytes) {
        Path program = NativeLibraries.directory().resolve("shearling-probe");
        try {
            Path said = Files.createTempFile("shearling-probe", ".txt");
            try {
                Process process = new ProcessBuilder(List.of(program.toString(), plugin.toString(), model.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
                await(process, model, SECONDS + modelBytes / BYTES_A_SECOND);
                return judge(process.exitValue(), lines(said), model);
            } finally {
                Files.deleteIfExists(said);
            }
        } catch (IOException e) {
            return cannotTell(model, String.valueOf(e.getMessage()));
        }
    }

    private static void await(Process process, Path model, long seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new ShearlingException(
                        ErrorCode.MODEL_REFUSED,
                        model + ": a process of its own could not load it and compute a token within " + seconds
                                + " s; load it with -Dshearling.probe=off if that is no wonder here");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ShearlingException(ErrorCode.CANCELLED, "loading " + model + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<String> lines(Path said) throws IOException {
        return new String(Files.readAllBytes(said), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    static Optional<Probe> judge(int exitCode, List<String> lines, Path model) {
        String last = lines.isEmpty() ? "exit code " + exitCode : lines.get(lines.size() - 1);
        Optional<String> refused = after("model bad ", lines);
        if (refused.isPresent()) {
            String twice = model + ": ";
            String fault = refused.get();
            return Optional.of(new Probe(fault.startsWith(twice) ? fault.substring(twice.length()) : fault, ""));
        }
        String death = after(LAST_WORDS, lines).orElse("exit code " + exitCode);
        if (lines.contains("model ok")) {
            if (lines.contains("template ok")) {
                return Optional.of(Probe.GOOD);
            }
            String fault = exitCode == CPU_TIME_SPENT
                    ? "it does not end within a second"
                    : "native code dies of it (" + death + ")";
            return Optional.of(new Probe("", after("template bad ", lines).orElse(fault)));
        }
        if (exitCode == KILLED) {
            throw new ShearlingException(
                    ErrorCode.OUT_OF_MEMORY,
                    model + ": the process that tried it was killed, most likely for want of memory; free memory");
        }
        return exitCode == CANNOT_TELL
                ? cannotTell(model, last)
                : Optional.of(new Probe("native code dies of it (" + death + ")", ""));
    }

    private static Optional<String> after(String prefix, List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .findFirst();
    }

    private static Optional<Probe> cannotTell(Path model, String why) {
        LOG.log(
                System.Logger.Level.WARNING,
                model + " could not be tried in a process of its own first (" + why + "); it is loaded all the same");
        return Optional.empty();
    }
}
