package io.shearling.runtime.bridge;

import io.shearling.formats.gguf.GgufPart;
import io.shearling.runtime.bridge.ProbeProgram.Ending;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a process of its own found out about a model: whether it loads and computes, and whether its chat template comes to an
 * end. ggml ends the process when an assertion fails, and no check of the file foresees every one.
 *
 * <p>The answer is kept and holds for these files as long as their sizes and times stay as they are. {@code
 * -Dshearling.probe=off} has no model tried. Thread-safe.
 *
 * @param modelFault why the model cannot be used; empty when it can
 * @param templateFault why its chat template cannot be used; empty when it can or there is none
 */
public record Probe(String modelFault, String templateFault) {
    /** Nothing was found. */
    public static final Probe GOOD = new Probe("", "");

    private static final System.Logger LOG = System.getLogger(Probe.class.getName());
    private static final long SECONDS = 15;
    private static final long BYTES_A_SECOND = 20_000_000;

    /** Whether the user wants no process started. */
    public static boolean isOff() {
        return System.getProperty("shearling.probe", "on").equals("off");
    }

    /** The answer for the parts of a model, kept or found out now. An interrupt ends the process and cancels. */
    public static Probe of(List<GgufPart> parts) {
        if (isOff()) {
            return GOOD;
        }
        Optional<Probe> known = known(parts);
        if (known.isPresent()) {
            return known.get();
        }
        Path model = parts.get(0).path();
        long bytes = parts.stream().mapToLong(GgufPart::sizeBytes).sum();
        Optional<Probe> found = run(model, bytes);
        found.ifPresent(probe -> memory(parts).keep(List.of(probe.modelFault, probe.templateFault)));
        return found.orElse(GOOD);
    }

    /** The answer that was kept. */
    public static Optional<Probe> known(List<GgufPart> parts) {
        return memory(parts)
                .recall()
                .filter(lines -> lines.size() == 2)
                .map(lines -> new Probe(lines.get(0), lines.get(1)));
    }

    private static ProbeMemory memory(List<GgufPart> parts) {
        StringBuilder identity = new StringBuilder();
        for (GgufPart part : parts) {
            identity.append(ProbeMemory.line(part.path()));
        }
        String variant = Backends.cpuVariant();
        return new ProbeMemory(variant + " " + parts.get(0).path().toAbsolutePath(), identity + variant);
    }

    private static Optional<Probe> run(Path model, long modelBytes) {
        long seconds = SECONDS + modelBytes / BYTES_A_SECOND;
        try {
            Ending ending = ProbeProgram.run(model, seconds, Backends.cpuPlugin(), model);
            if (ending.exitCode() == Ending.NOT_ENDED) {
                throw new ShearlingException(
                        ErrorCode.MODEL_REFUSED,
                        model + ": a process of its own could not load it and compute a token within " + seconds
                                + " s; load it with -Dshearling.probe=off if that is no wonder here");
            }
            return judge(ending, model);
        } catch (IOException e) {
            return cannotTell(model, String.valueOf(e.getMessage()));
        }
    }

    /** What is made of an end of the program; nothing, with a line in the log, when it cannot tell. */
    static Optional<Probe> judge(Ending ending, Path model) {
        Optional<String> refused = ending.after("model bad ");
        if (refused.isPresent()) {
            String twice = model + ": ";
            String fault = refused.get();
            return Optional.of(new Probe(fault.startsWith(twice) ? fault.substring(twice.length()) : fault, ""));
        }
        String death = "native code dies of it (" + ending.death() + ")";
        if (ending.says("model ok")) {
            if (ending.says("template ok")) {
                return Optional.of(GOOD);
            }
            String fault = ending.exitCode() == Ending.CPU_TIME_SPENT ? "it does not end within a second" : death;
            return Optional.of(new Probe("", ending.after("template bad ").orElse(fault)));
        }
        if (ending.exitCode() == Ending.KILLED) {
            throw new ShearlingException(
                    ErrorCode.OUT_OF_MEMORY,
                    model + ": the process that tried it was killed, most likely for want of memory; free memory");
        }
        Optional<String> why = ending.cannotTell();
        return why.isPresent() ? cannotTell(model, why.get()) : Optional.of(new Probe(death, ""));
    }

    private static Optional<Probe> cannotTell(Path model, String why) {
        LOG.log(
                System.Logger.Level.WARNING,
                model + " could not be tried in a process of its own first (" + why + "); it is loaded all the same");
        return Optional.empty();
    }
}
