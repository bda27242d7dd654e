package io.shearling.bench;

import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationEvent;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program of its own that loads a model, streams text and prints how much memory it took, so that nothing of the
 * benchmark's own memory is counted.
 */
public final class MemoryProbe {
    private static final String ANONYMOUS = "anonymousBytes=";
    private static final String RESIDENT = "residentPeakBytes=";
    private static final int LOOK_EVERY = 8;

    private MemoryProbe() {}

    /** Streams {@code args[1]} tokens of the model {@code args[0]} with {@code args[2]} threads; prints the most memory that was seen. */
    public static void main(String[] args) {
        ProcessMemory most = ProcessMemory.NONE;
        GenerationOptions options = GenerationOptions.greedy(Integer.parseInt(args[1])).toBuilder()
                .ignoreEnd(true)
                .build();
        EngineOptions engine =
                EngineOptions.builder().threads(Integer.parseInt(args[2])).build();
        try (Model model = Model.load(Path.of(args[0]), EngineSettings.model());
                Session session = model.newSession(engine);
                TokenStream stream = session.complete("Sheep are", options)) {
            int events = 0;
            while (stream.hasNext()) {
                GenerationEvent event = stream.next();
                if (events++ % LOOK_EVERY == 0 || event instanceof GenerationEvent.Finished) {
                    most = most.max(ProcessMemory.current());
                }
            }
        }
        System.out.println(ANONYMOUS + most.anonymousBytes());
        System.out.println(RESIDENT + most.residentPeakBytes());
    }

    /** Runs this program with a heap of so many MiB; nothing where it has no class path to start with, or no figures. */
    static Optional<ProcessMemory> run(Path model, int tokens, int threads, int heapMiB) {
        String classPath = System.getProperty("java.class.path", "");
        if (classPath.isEmpty()) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMiB + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        for (String property : new String[] {"shearling.natives", "shearling.cache", "shearling.probe"}) {
            String value = System.getProperty(property);
            if (value != null) {
                command.add("-D" + property + "=" + value);
            }
        }
        command.addAll(List.of(
                "-cp",
                classPath,
                MemoryProbe.class.getName(),
                model.toAbsolutePath().toString(),
                Integer.toString(tokens),
                Integer.toString(threads)));
        ProcessMemory memory = parse(ToolRun.of(command, ToolRun.Watch.NO).output());
        return memory.equals(ProcessMemory.NONE) ? Optional.empty() : Optional.of(memory);
    }

    static ProcessMemory parse(String output) {
        return new ProcessMemory(value(output, ANONYMOUS), value(output, RESIDENT));
    }

    private static long value(String output, String key) {
        return output.lines()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.substring(key.length())))
                .findFirst()
                .orElse(0);
    }
}
