package io.shearling.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.formats.gguf.SplitRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a crash leaves of a conversion is taken up by the next run. */
class ResumedConversionTest {
    private static final ConversionOptions OPTIONS = ConversionOptions.DEFAULT.withThreads(2);

    /** Tensors that are there when it comes. */
    private static final int WRITTEN = 9;

    @TempDir
    private Path folder = Path.of("");

    private Path source = Path.of("");
    private Path out = Path.of("");
    private Path target = Path.of("");
    private Path scratch = Path.of("");

    @BeforeEach
    void makeFolders() throws IOException {
        source = OutputForm.ONE_FILE.source(folder);
        out = Files.createDirectory(folder.resolve("out"));
        target = out.resolve("model.gguf");
        scratch = Files.createDirectory(folder.resolve("scratch"));
    }

    /** One file, and several, of which the crash comes in the second. */
    @ParameterizedTest
    @ValueSource(ints = {0, WRITTEN - 2})
    void write_afterAKill_writesWhatIsMissing(int tensorsOfAFile) throws Exception {
        SplitRule split = new SplitRule(tensorsOfAFile, 0, false);
        StoppedConversion.kill(WRITTEN, source, target, split);
        assertThat(OutputForm.names(out)).isNotEmpty().allMatch(name -> name.matches(".*\\.part(-of)?"));
        try (Conversion conversion = Conversion.of(source, OPTIONS)) {
            FirstProgress first = new FirstProgress();
            conversion.write(target, split, first);
            assertThat(first.done())
                    .isEqualTo(StoppedConversion.of(conversion).bytes(WRITTEN))
                    .isPositive();
            assertUndisturbed(conversion, split);
        }
    }

    @Test
    void write_killedAgain_goesOnEachTime() throws Exception {
        try (Conversion conversion = Conversion.of(source, OPTIONS)) {
            StoppedConversion stopped = StoppedConversion.of(conversion);
            stopped.leave(2, out, SplitRule.NONE, scratch);
            StoppedConversion.kill(WRITTEN, source, target, SplitRule.NONE);
            FirstProgress first = new FirstProgress();
            conversion.write(target, first);
            assertThat(first.done()).isEqualTo(stopped.bytes(WRITTEN));
            assertUndisturbed(conversion, SplitRule.NONE);
        }
    }

    @Test
    void write_afterACrash_readsOnlyWhatIsMissing() throws IOException {
        try (Conversion conversion = Conversion.of(source, OPTIONS)) {
            StoppedConversion.of(conversion).leave(WRITTEN, out, SplitRule.NONE, scratch);
            List<PlannedTensor> tensors = conversion.tensors();
            for (int i = 0; i < WRITTEN; i++) {
                tensors = WatchedSource.watch(tensors, i, () -> {
                    throw new IllegalStateException("It is written already.");
                });
            }
            TensorWork work = new TensorWork(conversion.source(), conversion.metadata(), tensors, 2);
            OutputFiles.write(List.of(new OutputFiles.Output(work, target, SplitRule.NONE)), ConversionListener.NONE);
            assertUndisturbed(conversion, SplitRule.NONE);
        }
    }

    /** Adapters come before the model, and are whole when it begins. */
    @Test
    void write_crashAfterTheAdapters_keepsThem() throws IOException {
        source = OutputForm.MODEL_AND_ADAPTERS.source(folder);
        try (Conversion conversion = Conversion.of(source, OPTIONS)) {
            long adapters = conversion.adapters().stream()
                    .flatMap(adapter -> adapter.tensors().stream())
                    .mapToLong(PlannedTensor::sizeBytes)
                    .sum();
            AtomicLong calls = new AtomicLong();
            conversion.write(scratch.resolve("model.gguf"), (done, all) -> {
                // The last word of the adapters, and the first of the model.
                if (done == adapters && calls.incrementAndGet() == 2) {
                    StoppedConversion.copy(scratch, out);
                }
            });
            assertThat(calls).hasValueGreaterThanOrEqualTo(2);
            FirstProgress first = new FirstProgress();
            conversion.write(target, first);
            assertThat(first.done())
                    .isEqualTo(conversion.adapters().get(0).tensors().stream()
                            .mapToLong(PlannedTensor::sizeBytes)
                            .sum())
                    .isPositive();
            assertSameFiles(scratch);
        }
    }

    @Test
    void write_cancelledAfterACrash_leavesNothing() {
        try (Conversion conversion = Conversion.of(source, OPTIONS)) {
            SplitRule split = new SplitRule(WRITTEN - 2, 0, false);
            StoppedConversion.of(conversion).leave(WRITTEN, out, split, scratch);
            assertThat(OutputForm.names(out)).isNotEmpty();
            assertThatThrownBy(() -> conversion.write(
                            target, split, (done, all) -> Thread.currentThread().interrupt()))
                    .isInstanceOf(ConvertException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(OutputForm.names(out)).isEmpty();
        }
    }

    private void assertUndisturbed(Conversion conversion, SplitRule split) throws IOException {
        Path other = Files.createDirectory(folder.resolve("undisturbed"));
        conversion.write(other.resolve("model.gguf"), split, ConversionListener.NONE);
        assertSameFiles(other);
    }

    private void assertSameFiles(Path other) {
        assertThat(OutputForm.names(out)).isEqualTo(OutputForm.names(other)).isNotEmpty();
        OutputForm.names(out)
                .forEach(name -> assertThat(out.resolve(name)).hasSameBinaryContentAs(other.resolve(name)));
    }
}
