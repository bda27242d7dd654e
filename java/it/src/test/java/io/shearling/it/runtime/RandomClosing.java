package io.shearling.it.runtime;

import io.shearling.runtime.Embedder;
import io.shearling.runtime.EmbedderOptions;
import io.shearling.runtime.Engine;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.FinishReason;
import io.shearling.runtime.GenerationEvent;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Pooling;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.sampling.SamplerChain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes at random moments what another thread is using: model, engine, session and stream in any order, or the thread itself
 * by an interrupt where it loads or embeds. The seed decides about the order and the moments.
 */
final class RandomClosing {
    /** What the other thread is at. */
    enum Work {
        LOAD,
        PROMPT,
        GENERATION,
        EMBEDDING
    }

    /**
     * How it went.
     *
     * @param nanos from the first close until all are closed and the other thread has noticed
     */
    record Round(Work work, long nanos) {}

    private static final Set<ErrorCode> EXPECTED = EnumSet.of(ErrorCode.CLOSED, ErrorCode.CANCELLED);
    private static final EngineOptions ENGINE =
            EngineOptions.builder().contextTokens(500).threads(1).build();
    private static final EmbedderOptions EMBEDDER =
            EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN).withMaxTokens(500).withThreads(1);
    private static final GenerationOptions ENDLESS = GenerationOptions.builder()
            .samplers(SamplerChain.GREEDY)
            .ignoreEnd(true)
            .build();

    private final Path file;
    private final Random random;
    private final long longestMicros;

    /** Closes at most {@code longestMicros} after the work began. The first load of a process also loads the native code. */
    RandomClosing(Path file, long seed, long longestMicros) {
        this.file = file;
        this.random = new Random(seed);
        this.longestMicros = longestMicros;
        Model.load(file).close();
    }

    Round round() {
        Work work = Work.values()[random.nextInt(Work.values().length)];
        return new Round(
                work,
                switch (work) {
                    case LOAD -> load();
                    case PROMPT -> generate(480);
                    case GENERATION -> generate(4);
                    case EMBEDDING -> embed();
                });
    }

    private long load() {
        return interrupted(() -> Model.load(file).close());
    }

    private long embed() {
        try (Model model = Model.load(file);
                Embedder embedder = model.newEmbedder(EMBEDDER)) {
            return interrupted(() -> embedder.embed("a ".repeat(200)));
        }
    }

    /** Time from the interrupt of who works to his end. */
    private long interrupted(Runnable work) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread worker = start(work, end);
        pause();
        long begin = System.nanoTime();
        worker.interrupt();
        await(end);
        return System.nanoTime() - begin;
    }

    private long generate(int promptTokens) {
        int[] prompt = new int[promptTokens];
        Arrays.setAll(prompt, i -> 300 + i % 50);
        Model model = Model.load(file);
        Engine engine = model.newEngine(ENGINE);
        Session session = engine.newSession();
        TokenStream stream = session.complete(prompt, ENDLESS);
        List<AutoCloseable> all = new ArrayList<>(List.of(model, engine, session, stream));
        Collections.shuffle(all, random);
        CompletableFuture<Void> end = new CompletableFuture<>();
        start(() -> readToTheEnd(stream), end);
        pause();
        long begin = System.nanoTime();
        all.forEach(RandomClosing::close);
        await(end);
        return System.nanoTime() - begin;
    }

    private static void readToTheEnd(TokenStream stream) {
        int ends = 0;
        while (stream.hasNext()) {
            if (stream.next() instanceof GenerationEvent.Finished finished) {
                ends++;
                if (finished.reason() != FinishReason.CANCELLED && finished.reason() != FinishReason.CONTEXT_FULL) {
                    throw new AssertionError("ended by " + finished.reason());
                }
            }
        }
        if (ends != 1) {
            throw new AssertionError("ended " + ends + " times");
        }
    }

    private static Thread start(Runnable work, CompletableFuture<Void> end) {
        Thread worker = new Thread(() -> {
            try {
                work.run();
                end.complete(null);
            } catch (ShearlingException e) {
                if (EXPECTED.contains(e.code())) {
                    end.complete(null);
                } else {
                    end.completeExceptionally(e);
                }
            } catch (RuntimeException | Error e) {
                end.completeExceptionally(e);
            }
        });
        worker.start();
        return worker;
    }

    private void pause() {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextLong(longestMicros)));
    }

    private static void await(CompletableFuture<Void> end) {
        try {
            end.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the other thread fails", e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the other thread does not end", e);
        }
    }

    private static void close(AutoCloseable each) {
        try {
            each.close();
        } catch (Exception e) {
            throw new AssertionError(each + " cannot be closed", e);
        }
    }
}
