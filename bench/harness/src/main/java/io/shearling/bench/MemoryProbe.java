package io.shearling.bench;

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
    /** Heap of the program, in MiB. */
    static final int HEAP_MIB = 64;

    private static final String ANONYMOUS = "anonymousBytes=";
    private static final String RESIDENT = "residentPeakBytes=";
    private static final int LOOK_EVERY = 8;

    private MemoryProbe() {}

    /**
     * After a prompt of {@code args[1]} tokens, streams {@code args[2]} tokens of the model {@code args[0]} with {@code
     * args[3]} threads; prints the most memory that was seen.
     */
    public static void main(String[] args) {
        BenchOptions options = BenchOptions.builder()
                .promptTokens(0)
                .depthTokens(Integer.parseInt(args[1]))
                .generatedTokens(Integer.parseInt(args[2]))
                .threads(Integer.parseInt(args[3]))
                .build();
        ProcessMemory most = ProcessMemory.NONE;
        GenerationOptions greedy = GenerationOptions.greedy(options.generatedTokens()).toBuilder()
                .ignoreEnd(true)
                .build();
        try (Model model = Model.load(Path.of(args[0]), EngineSettings.model());
                Session session = model.newSession(EngineSettings.engine(options));
                TokenStream stream =
                        session.complete(PromptText.tokens(model.tokenizer(), options.depthTokens()), greedy)) {
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

    /** Runs this program with a heap of {@link #HEAP_MIB}; nothing where it has no class path to start with, or no figures. */
    static Optional<ProcessMemory> run(Path model, int depth, int tokens, int threads) {
        String classPath = System.getProperty("java.class.path", "");
        if (classPath.isEmpty()) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MIB + "m",
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
                Integer.toString(depth),
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
