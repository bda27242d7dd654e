package io.shearling.jmh;

import io.shearling.runtime.Model;
import io.shearling.runtime.Tokenizer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Text to tokens and back: about a thousand characters of English. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenizerBenchmark {
    private static final String TEXT =
            "Sheep are kept for wool, for meat and for milk, on every continent. ".repeat(15);

    private final Model model = Model.load(DefaultModel.file());
    private final Tokenizer tokenizer = model.tokenizer();
    private int[] tokens = {};

    /** The tokens to turn back. */
    @Setup(Level.Trial)
    public void prepare() {
        tokens = encode();
    }

    /** Frees the model. */
    @TearDown
    public void close() {
        model.close();
    }

    /** Text to tokens. */
    @Benchmark
    public int[] encode() {
        return tokenizer.encode(TEXT, true, false);
    }

    /** Tokens to text. */
    @Benchmark
    public String decode() {
        return tokenizer.decode(tokens);
    }
}
