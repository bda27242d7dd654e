package io.shearling.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.safetensors.SafetensorsException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A conversion that fails in the middle leaves nothing. */
class FailedConversionTest {
    @TempDir
    private Path folder = Path.of("");

    private Path out = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        out = Files.createDirectory(folder.resolve("out"));
    }

    @ParameterizedTest
    @EnumSource
    void write_listenerThatThrows_leavesNothing(OutputForm form) {
        Path source = form.source(folder);
        int moment = 0;
        Throwable thrown;
        do {
            AtomicInteger left = new AtomicInteger(moment++);
            thrown = catchThrowable(() -> form.write(source, out, (done, all) -> {
                if (left.getAndDecrement() == 0) {
                    throw new IllegalStateException("enough");
                }
            }));
            if (thrown != null) {
                assertThat(thrown)
                        .isExactlyInstanceOf(IllegalStateException.class)
                        .hasMessage("enough");
                assertThat(OutputForm.names(out)).isEmpty();
            }
        } while (thrown != null);
        assertThat(moment).isGreaterThan(2);
    }

    /** After the plan was made: the header was sound, and the data ends before it should. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "CHECKPOINT")
    void write_sourceCutShortMeanwhile_leavesNothing(OutputForm form) throws IOException {
        Path source = form.source(folder);
        Path tensors = source.resolve(form == OutputForm.LORA ? "adapter_model.safetensors" : "model.safetensors");
        long half = Files.size(tensors) / 2;
        assertThatThrownBy(() -> form.write(source, out, (done, all) -> cut(tensors, half)))
                .isInstanceOf(SafetensorsException.class)
                .hasMessageContaining("earlier than when it was opened");
        assertThat(OutputForm.names(out)).isEmpty();
    }

    private static void cut(Path file, long bytes) {
        try (RandomAccessFile channel = new RandomAccessFile(file.toFile(), "rw")) {
            channel.setLength(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void write_valuesThatDoNotFitTheType_leavesNothing() throws IOException {
        Path source = OutputForm.ONE_FILE.source(folder);
        Path tensors = source.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(tensors);
        // As bf16 these are no numbers.
        Arrays.fill(bytes, bytes.length * 2 / 3, bytes.length, (byte) 0xff);
        Files.write(tensors, bytes);
        try (Conversion conversion = Conversion.of(source, ConversionOptions.DEFAULT.withType(OutputType.Q8_0))) {
            assertThatThrownBy(() -> conversion.write(
                            out.resolve("model.gguf"), new SplitRule(8, 0, false), ConversionListener.NONE))
                    .asInstanceOf(type(ConvertException.class))
                    .extracting(ConvertException::kind)
                    .isEqualTo(Kind.TYPE);
        }
        assertThat(OutputForm.names(out)).isEmpty();
    }

    /** The second thread fails while the first, which is waited for, is in its first tensor: it must not begin another. */
    @Test
    void write_oneThreadFails_theOtherStops() {
        try (Conversion conversion = Conversion.of(OutputForm.ONE_FILE.source(folder), ConversionOptions.DEFAULT)) {
            Queue<Thread> threads = new ConcurrentLinkedQueue<>();
            CountDownLatch both = new CountDownLatch(2);
            Runnable meet = () -> {
                threads.add(Thread.currentThread());
                both.countDown();
                await(both::await);
                Thread second = Collections.max(threads, Comparator.comparing(Thread::getName));
                if (Thread.currentThread().equals(second)) {
                    throw new IllegalStateException("of no use");
                }
                await(second::join);
            };
            AtomicInteger others = new AtomicInteger();
            List<PlannedTensor> tensors = conversion.tensors();
            for (int i = 0; i < tensors.size(); i++) {
                tensors = WatchedSource.watch(tensors, i, i < 2 ? meet : others::incrementAndGet);
            }
            TensorWork work = new TensorWork(conversion.source(), conversion.metadata(), tensors, 2);
            OutputFiles.Output output = new OutputFiles.Output(work, out.resolve("model.gguf"), SplitRule.NONE);
            assertThatThrownBy(() -> OutputFiles.write(List.of(output), ConversionListener.NONE))
                    .hasMessage("of no use");
            assertThat(others).hasValue(0);
            assertThat(OutputForm.names(out)).isEmpty();
        }
    }

    /** Something that waits. */
    private interface Wait {
        void run() throws InterruptedException;
    }

    private static void await(Wait wait) {
        try {
            wait.run();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
