package io.shearling.runtime.bridge;

import io.shearling.formats.gguf.GgufPart;
import io.shearling.natives.NativeLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a process of its own found out about a model: whether it loads and computes, and whether its chat template comes to an
 * end. ggml ends the process when an assertion fails, and no check of the file foresees every one.
 *
 * <p>The answer is kept beside the natives that gave it, in {@code probed}, and holds for these files as long as their sizes and
 * times stay as they are. {@code -Dshearling.probe=off} has no model tried. Thread-safe.
 *
 * @param modelFault why the model cannot be used; empty when it can
 * @param templateFault why its chat template cannot be used; empty when it can or there is none
 */
public record Probe(String modelFault, String templateFault) {
    /** Nothing was found. */
    public static final Probe GOOD = new Probe("", "");

    private static final System.Logger LOG = System.getLogger(Probe.class.getName());

    /** The answer for the parts of a model, kept or found out now. An interrupt ends the process and cancels. */
    public static Probe of(List<GgufPart> parts) {
        if (System.getProperty("shearling.probe", "on").equals("off")) {
            return GOOD;
        }
        Backends.ready();
        String identity = identity(parts);
        Path folder = NativeLibraries.directory().resolve("probed");
        Path memory = folder.resolve(String.format(Locale.ROOT, "%08x", identity.hashCode()));
        Optional<Probe> known = recall(memory, identity);
        if (known.isPresent()) {
            return known.get();
        }
        Path model = parts.get(0).path();
        long bytes = parts.stream().mapToLong(GgufPart::sizeBytes).sum();
        Optional<Probe> found = ProbeProgram.run(Backends.cpuPlugin(), model, bytes);
        found.ifPresent(probe -> remember(folder, memory, identity, probe));
        return found.orElse(GOOD);
    }

    /** One line a file: size, time, path; and the plug-in that computes. */
    private static String identity(List<GgufPart> parts) {
        StringBuilder lines = new StringBuilder();
        for (GgufPart part : parts) {
            lines.append(part.sizeBytes())
                    .append(' ')
                    .append(modified(part.path()))
                    .append(' ')
                    .append(part.path().toAbsolutePath().normalize())
                    .append('\n');
        }
        return lines.append(Backends.cpuVariant()).append('\n').toString();
    }

    private static String modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toString();
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static Optional<Probe> recall(Path memory, String identity) {
        try {
            String text = Files.isRegularFile(memory) ? Files.readString(memory) : "";
            if (!text.startsWith(identity)) {
                return Optional.empty();
            }
            String[] faults = text.substring(identity.length()).split("\n", -1);
            return faults.length == 3 ? Optional.of(new Probe(faults[0], faults[1])) : Optional.empty();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot read " + memory, e);
            return Optional.empty();
        }
    }

    /** Where nothing can be written the model is tried again the next time. */
    private static void remember(Path folder, Path memory, String identity, Probe probe) {
        try {
            Files.createDirectories(folder);
            Path part = Files.createTempFile(folder, "probe", ".part");
            Files.writeString(part, identity + probe.modelFault + '\n' + probe.templateFault + '\n');
            Files.move(part, memory, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "cannot write " + memory, e);
        }
    }
}
