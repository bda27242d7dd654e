package io.shearling.it.fuzz;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufException;
import io.shearling.formats.gguf.GgufHeader;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufParser;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufValueType;
import io.shearling.formats.model.ModelShape;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A program that reads mutants of a run of seeds and prints how many were read and how many refused: {@code FOLDER FIRST
 * COUNT}. Anything else ends it with a stack trace that names the seed.
 */
final class Readings {
    /** Of the processor's time, which neighbours do not stretch. */
    private static final long SLOWEST_NANOS = 5_000_000_000L;

    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private Readings() {}

    public static void main(String[] arguments) {
        int count = Integer.parseInt(arguments[2]);
        int read = read(Path.of(arguments[0]), Long.parseLong(arguments[1]), count);
        System.out.println(read + " " + (count - read));
    }

    /** How many of the mutants can be read. */
    static int read(Path folder, long first, int count) {
        HealthyModels healthy = HealthyModels.small(folder);
        int read = 0;
        for (long seed = first; seed < first + count; seed++) {
            Mutant mutant = Mutant.forReading(healthy, seed);
            long before = CLOCK.getCurrentThreadCpuTime();
            try {
                read += read(mutant.file()) ? 1 : 0;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", " + mutant.story() + ": " + e, e);
            }
            if (CLOCK.getCurrentThreadCpuTime() - before > SLOWEST_NANOS) {
                throw new AssertionError("seed " + seed + ", " + mutant.story() + ": takes more than 5 s");
            }
        }
        return read;
    }

    private static boolean read(byte[] file) {
        try {
            GgufHeader header = GgufParser.parse(ByteBuffer.wrap(file), file.length, "bad.gguf");
            GgufMetadata metadata = header.metadata();
            for (String key : metadata.keys()) {
                GgufValue value = metadata.value(key);
                if (value instanceof GgufArray array
                        && array.elementType() == GgufValueType.STRING
                        && array.strings().size() != array.size()) {
                    throw new AssertionError(
                            key + " is " + array + " and has " + array.strings().size() + " texts");
                }
            }
            ModelShape.find(metadata);
            return true;
        } catch (GgufException refusal) {
            String message = String.valueOf(refusal.getMessage());
            if (!message.startsWith("bad.gguf: ") || !message.contains("; ") || message.indexOf('\n') >= 0) {
                throw new AssertionError("no sentence: " + message, refusal);
            }
            return false;
        }
    }
}
