package io.shearling.jmh;

import io.shearling.formats.gguf.GgufFile;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Opening a GGUF file in Java: header, metadata with a vocabulary of 49,152 tokens, 272 tensors, all checked. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class GgufBenchmark {
    private final Path file = DefaultModel.file();

    /** Opens and closes the file. */
    @Benchmark
    public int open() {
        try (GgufFile opened = GgufFile.open(file)) {
            return opened.tensors().size();
        }
    }
}
