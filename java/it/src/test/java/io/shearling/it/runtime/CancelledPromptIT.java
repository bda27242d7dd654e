package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.runtime.Completion;
import io.shearling.runtime.Engine;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Model;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.TinyModels;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A prompt that is cancelled on its way leaves what was there before, or nothing; never something between. */
@ExtendWith(NativeLeakCheck.class)
class CancelledPromptIT {
    private static final int ATTEMPTS = 5;

    /** A step of many small parts: a sliding window forgets with each what was before. */
    private static final EngineOptions ENGINE = engine().microBatchTokens(64).build();

    @TempDir
    Path folder;

    @Test
    void complete_afterALongPromptWasCancelled_isAsInAFreshSession() throws InterruptedException {
        int[] turn = tokens(300);
        int[] longPrompt = tokens(3000);
        Random random = new Random(7);
        try (Model model = Model.load(TinyModels.in(folder).slidingWindow(1))) {
            String expected = fresh(model, turn);
            try (Session session = model.newSession(ENGINE)) {
                long begin = System.nanoTime();
                text(session, longPrompt, 1);
                long whole = System.nanoTime() - begin;
                for (int i = 0; i < ATTEMPTS; i++) {
                    session.clear();
                    text(session, turn, 1);
                    try (TokenStream cancelled = session.complete(longPrompt, GenerationOptions.greedy(1))) {
                        Thread.sleep((long) (random.nextDouble() * whole / 1_000_000));
                        cancelled.cancel();
                    }
                    assertThat(text(session, turn, 16)).as("attempt %d", i).isEqualTo(expected);
                }
            }
        }
    }

    /** Steps that are aborted take a neighbour's token back with the prompt that they compute. */
    @Test
    void generation_besidePromptsThatAreCancelled_isAsAlone() throws InterruptedException {
        EngineOptions shared = engine().sequences(2).microBatchTokens(16).build();
        int[] turn = tokens(300);
        int[] longPrompt = tokens(3000);
        Random random = new Random(11);
        try (Model model = Model.load(TinyModels.in(folder).slidingWindow(1));
                Engine engine = model.newEngine(shared);
                Session steady = engine.newSession();
                Session hasty = engine.newSession()) {
            String expected = text(steady, turn, 300);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                steady.clear();
                try (TokenStream stream = steady.complete(turn, GenerationOptions.greedy(300))) {
                    CompletableFuture<Completion> reply = stream.future();
                    while (!reply.isDone()) {
                        hasty.clear();
                        try (TokenStream cancelled = hasty.complete(longPrompt, GenerationOptions.greedy(1))) {
                            Thread.sleep(random.nextInt(20));
                            cancelled.cancel();
                        }
                    }
                    assertThat(reply.join().text()).as("attempt %d", attempt).isEqualTo(expected);
                }
            }
        }
    }

    private static EngineOptions.Builder engine() {
        return EngineOptions.builder().contextTokens(4096).batchTokens(4096).threads(1);
    }

    private static String fresh(Model model, int[] prompt) {
        try (Session session = model.newSession(ENGINE)) {
            return text(session, prompt, 16);
        }
    }

    private static String text(Session session, int[] prompt, int maxTokens) {
        return session.complete(prompt, GenerationOptions.greedy(maxTokens))
                .await()
                .text();
    }

    /** The same beginning whatever the length; ids of letters. */
    private static int[] tokens(int count) {
        return new Random(3).ints(count, 40, 90).toArray();
    }
}
