package io.shearling.convert;

import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.formats.gguf.InputState;
import io.shearling.formats.gguf.SplitRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A conversion that comes as far as a tensor and waits there until all before it is on the disk and noted. As a program it waits on,
 * to be killed.
 */
final class StoppedConversion {
    private static final String NOTED = "noted";

    private final InputState source;
    private final GgufMetadata metadata;
    private final List<PlannedTensor> tensors;

    StoppedConversion(InputState source, GgufMetadata metadata, List<PlannedTensor> tensors) {
        this.source = source;
        this.metadata = metadata;
        this.tensors = tensors;
    }

    static StoppedConversion of(Conversion conversion) {
        return new StoppedConversion(conversion.source(), conversion.metadata(), conversion.tensors());
    }

    /** Bytes of this many tensors. */
    long bytes(int count) {
        return tensors.stream().limit(count).mapToLong(PlannedTensor::sizeBytes).sum();
    }

    /** Writes this many tensors, and then does something before it gives up. */
    private void stop(int count, Path target, SplitRule split, Runnable whenNoted) {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        List<PlannedTensor> stopping = WatchedSource.watch(tensors, count, () -> {
            reached.countDown();
            await(over);
            throw new IllegalStateException("It is over.");
        });
        AtomicInteger calls = new AtomicInteger();
        TensorWork work = new TensorWork(source, metadata, stopping, 1);
        try (GgufPlacer output = work.open(target, split)) {
            work.fill(
                    output,
                    (done, all) -> {
                        // A note follows each call, so at the second one it speaks of all before the tensor.
                        if (reached.getCount() == 0 && calls.incrementAndGet() == 2) {
                            whenNoted.run();
                            over.countDown();
                        }
                    },
                    Duration.ZERO);
        } catch (IllegalStateException e) {
            if (over.getCount() > 0) {
                throw e;
            }
        }
    }

    /** Leaves in a folder what a crash would leave of {@code model.gguf} behind this many tensors. */
    void leave(int count, Path folder, SplitRule split, Path scratch) {
        stop(count, scratch.resolve("model.gguf"), split, () -> copy(scratch, folder));
    }

    /** The files of a folder as they are now. */
    static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same in a process of its own, which is killed. */
    static void kill(int count, Path checkpoint, Path target, SplitRule split)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoppedConversion.class.getName(),
                        Integer.toString(count),
                        checkpoint.toString(),
                        target.toString(),
                        Integer.toString(split.tensors()))
                .redirectErrorStream(true)
                .start();
        try {
            String line = process.inputReader().readLine();
            if (!NOTED.equals(line)) {
                throw new AssertionError(line);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    public static void main(String[] arguments) {
        try (Conversion conversion = Conversion.of(Path.of(arguments[1]), ConversionOptions.DEFAULT)) {
            SplitRule split = new SplitRule(Integer.parseInt(arguments[3]), 0, false);
            of(conversion).stop(Integer.parseInt(arguments[0]), Path.of(arguments[2]), split, () -> {
                System.out.println(NOTED);
                await(new CountDownLatch(1));
            });
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
