package io.shearling.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.gguf.SplitRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An interrupt at any moment ends a conversion and leaves nothing of it. */
class CancelledConversionTest {
    @TempDir
    private Path folder = Path.of("");

    private Path out = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        out = Files.createDirectory(folder.resolve("out"));
    }

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    /** Interrupts at the call of this number, from 0. */
    private static final class CallInterrupt implements ConversionListener {
        private final int number;
        private int calls;

        CallInterrupt(int number) {
            this.number = number;
        }

        boolean happened() {
            return calls > number;
        }

        @Override
        public void written(long done, long all) {
            if (calls++ == number) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** At the first word of progress, at the second, and so on to the last, when only the sync and the names are left. */
    @ParameterizedTest
    @EnumSource
    void write_interruptedAtAnyProgress_leavesNothing(OutputForm form) {
        Path source = form.source(folder);
        int moment = 0;
        while (true) {
            CallInterrupt interrupt = new CallInterrupt(moment);
            Throwable thrown = catchThrowable(() -> form.write(source, out, interrupt));
            if (!interrupt.happened()) {
                assertThat(thrown).isNull();
                break;
            }
            assertCancelled(thrown);
            moment++;
        }
        assertThat(moment).isGreaterThan(1);
        assertThat(OutputForm.names(out)).isNotEmpty();
    }

    @Test
    void write_interruptedWhileAnyTensorIsRead_leavesNothing() {
        try (Conversion conversion = Conversion.of(OutputForm.ONE_FILE.source(folder), ConversionOptions.DEFAULT)) {
            Thread caller = Thread.currentThread();
            for (int i = 0; i < conversion.tensors().size(); i++) {
                List<PlannedTensor> tensors = WatchedSource.watch(conversion.tensors(), i, caller::interrupt);
                TensorWork work = new TensorWork(conversion.source(), conversion.metadata(), tensors, 1 + i % 2);
                OutputFiles.Output output =
                        new OutputFiles.Output(work, out.resolve("model.gguf"), new SplitRule(8, 0, false));
                assertCancelled(catchThrowable(() -> OutputFiles.write(List.of(output), ConversionListener.NONE)));
            }
        }
    }

    @Test
    void write_interruptedBefore_leavesNothing() {
        try (Conversion conversion = Conversion.of(OutputForm.ONE_FILE.source(folder), ConversionOptions.DEFAULT)) {
            Thread.currentThread().interrupt();
            assertCancelled(catchThrowable(() -> conversion.write(out.resolve("model.gguf"), ConversionListener.NONE)));
        }
    }

    private void assertCancelled(Throwable thrown) {
        assertThat(Thread.interrupted()).as("the thread is still interrupted").isTrue();
        assertThat(thrown)
                .asInstanceOf(type(ConvertException.class))
                .extracting(ConvertException::kind)
                .isEqualTo(Kind.CANCELLED);
        assertThat(OutputForm.names(out)).isEmpty();
    }
}
