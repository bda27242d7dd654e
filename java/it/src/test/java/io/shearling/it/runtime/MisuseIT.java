package io.shearling.it.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.runtime.ChatTemplate;
import io.shearling.runtime.Completion;
import io.shearling.runtime.Device;
import io.shearling.runtime.Embedder;
import io.shearling.runtime.EmbedderOptions;
import io.shearling.runtime.Engine;
import io.shearling.runtime.EngineOptions;
import io.shearling.runtime.FinishReason;
import io.shearling.runtime.GenerationOptions;
import io.shearling.runtime.Message;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import io.shearling.runtime.Pooling;
import io.shearling.runtime.Session;
import io.shearling.runtime.TokenStream;
import io.shearling.runtime.Tokenizer;
import io.shearling.runtime.diagnosis.ModelDiagnosis;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.testkit.ChildJvm;
import io.shearling.testkit.NativeLeakCheck;
import io.shearling.testkit.ProgramRun;
import io.shearling.testkit.TinyModels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an API is used like when a program goes wrong: one typed exception each time, and nothing left behind. */
@ExtendWith(NativeLeakCheck.class)
class MisuseIT {
    private static final EngineOptions ENGINE =
            EngineOptions.builder().contextTokens(256).threads(1).build();
    private static final GenerationOptions SHORT = GenerationOptions.greedy(4);

    @TempDir
    Path folder;

    private Model model;

    @BeforeEach
    void load() {
        model = Model.load(TinyModels.in(folder).llama(1));
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void model_afterClose_refusesAllThatNeedsIt() {
        Tokenizer tokenizer = model.tokenizer();
        ChatTemplate template = model.chatTemplate();
        model.close();
        model.close();
        assertClosed(() -> tokenizer.encode("sheep"));
        assertClosed(() -> tokenizer.decode(300));
        assertClosed(() -> tokenizer.bytes(300));
        assertClosed(() -> template.render(List.of(Message.user("sheep"))));
        assertClosed(template::source);
        assertClosed(() -> ChatTemplate.parse(model, "{{ bos_token }}"));
        assertClosed(model::chatTemplate);
        assertClosed(model::description);
        assertClosed(model::newSession);
        assertClosed(() -> model.newEngine(ENGINE));
        assertClosed(model::newEmbedder);
        assertClosed(model::nativeAddress);
    }

    @Test
    void engine_afterClose_refusesAllThatNeedsIt() {
        Engine engine = model.newEngine(ENGINE);
        Session session = engine.newSession();
        engine.close();
        engine.close();
        assertClosed(engine::newSession);
        assertClosed(engine::nativeAddress);
        assertClosed(() -> session.complete("sheep", SHORT));
        assertClosed(() -> session.chat("sheep", SHORT));
        assertClosed(session::clear);
        session.close();
    }

    @Test
    void session_afterClose_refusesAllThatNeedsIt() {
        try (Engine engine = model.newEngine(ENGINE)) {
            Session session = engine.newSession();
            session.add(Message.system("a shepherd"));
            session.close();
            session.close();
            assertClosed(() -> session.complete("sheep", SHORT));
            assertClosed(() -> session.complete(new int[] {300}, SHORT));
            assertClosed(() -> session.chat("sheep", SHORT));
            assertClosed(() -> session.add(Message.user("sheep")));
            assertClosed(session::clear);
            assertThat(session.history()).hasSize(1);
        }
    }

    @Test
    void embedder_afterClose_refuses() {
        Embedder embedder = model.newEmbedder(
                EmbedderOptions.DEFAULT.withPooling(Pooling.MEAN).withThreads(1));
        embedder.close();
        embedder.close();
        assertClosed(() -> embedder.embed("sheep"));
    }

    @Test
    void session_closed_leavesItsSequenceToTheNextAtOnce() {
        try (Engine engine = model.newEngine(ENGINE)) {
            for (int i = 0; i < 20; i++) {
                try (Session session = engine.newSession()) {
                    TokenStream stream = session.complete("sheep", GenerationOptions.greedy(200));
                    assertThat(stream.hasNext()).isTrue();
                }
            }
        }
    }

    @Test
    void engine_closedWhileItGenerates_endsTheStreamAsCancelled() {
        Engine engine = model.newEngine(ENGINE);
        Session session = engine.newSession();
        TokenStream stream = session.complete("sheep", GenerationOptions.greedy(200));
        assertThat(stream.hasNext()).isTrue();
        engine.close();
        assertThat(stream.await().reason()).isEqualTo(FinishReason.CANCELLED);
        session.close();
    }

    /** Who asks and hangs up all the time takes nobody's prompt away. */
    @Test
    void engine_cancelledAllTheTime_computesTheOthersPrompt() throws InterruptedException {
        int[] prompt = new int[480];
        Arrays.fill(prompt, 300);
        EngineOptions two = EngineOptions.builder()
                .contextTokens(500)
                .sequences(2)
                .threads(1)
                .build();
        try (Engine engine = model.newEngine(two);
                Session patient = engine.newSession();
                Session hasty = engine.newSession()) {
            AtomicBoolean done = new AtomicBoolean();
            Thread caller = new Thread(() -> {
                while (!done.get()) {
                    hasty.complete(prompt, SHORT).close();
                }
            });
            caller.start();
            for (int i = 0; i < 5; i++) {
                assertThat(patient.complete(prompt, SHORT).await().reason()).isEqualTo(FinishReason.MAX_TOKENS);
                patient.clear();
            }
            done.set(true);
            caller.join();
        }
    }

    /** The reply so far belongs to the conversation: the next message goes on from there. */
    @Test
    void chat_cancelled_joinsTheHistory() {
        try (Session session = model.newSession(ENGINE)) {
            TokenStream stream = session.chat("sheep", GenerationOptions.greedy(200));
            assertThat(stream.hasNext()).isTrue();
            stream.close();
            assertThat(session.history()).extracting(Message::role).containsExactly("user", "assistant");
        }
    }

    /** Whoever asks for it gets the same one. */
    @Test
    void chatTemplate_ofTheModel_closed_staysForOthers() {
        model.chatTemplate().close();
        assertThat(model.chatTemplate().render(List.of(Message.user("sheep"))).text())
                .contains("sheep");
        try (Session session = model.newSession(ENGINE)) {
            assertThat(session.chat("sheep", SHORT).await().reason()).isEqualTo(FinishReason.MAX_TOKENS);
        }
    }

    @Test
    void chatTemplate_parsedFromNull_isRefusedByName() {
        assertThatThrownBy(() -> ChatTemplate.parse(model, nothing()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("jinja");
    }

    /** It is refused before it has read anything: the first one's text is whole. */
    @Test
    void stream_secondReader_isRefusedAndTheFirstReadsOn() {
        try (Session session = model.newSession(ENGINE)) {
            String whole = session.complete("sheep", GenerationOptions.greedy(100))
                    .await()
                    .text();
            session.clear();
            TokenStream stream = session.complete("sheep", GenerationOptions.greedy(100));
            AtomicBoolean refused = new AtomicBoolean();
            Completion read = stream.await(piece -> {
                if (refused.compareAndSet(false, true)) {
                    assertRefusedReader(stream::await);
                    assertRefusedReader(() -> stream.future().join());
                    assertRefusedReader(stream::hasNext);
                }
            });
            assertThat(refused).isTrue();
            assertThat(read.reason()).isEqualTo(FinishReason.MAX_TOKENS);
            assertThat(read.text()).isEqualTo(whole);
        }
    }

    private static void assertRefusedReader(Supplier<?> read) {
        assertThatThrownBy(() -> CompletableFuture.supplyAsync(read).join())
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one reader");
    }

    /** A back end of BLAS brings one that is there in every list of devices. */
    @Test
    void load_withAnAccelerator_computesOnTheCpu() {
        Device blas = new Device(0, Device.Type.ACCELERATOR, "BLAS", "a library", "BLAS", 0, 0);
        ModelOptions options = ModelOptions.builder().devices(List.of(blas)).build();
        try (Model other = Model.load(model.path(), options)) {
            assertThat(other.offloadedLayers()).isZero();
        }
    }

    @Test
    void diagnosis_interrupted_isCancelled() {
        Thread.currentThread().interrupt();
        assertCode(ErrorCode.CANCELLED, () -> ModelDiagnosis.of(model.path()));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void session_ofTwoThreads_servesOneAndIsBusyForTheOther() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Session session = model.newSession(ENGINE)) {
            CyclicBarrier start = new CyclicBarrier(2);
            CyclicBarrier end = new CyclicBarrier(2);
            for (int round = 0; round < 50; round++) {
                Future<Boolean> one = threads.submit(() -> served(session, start, end));
                Future<Boolean> other = threads.submit(() -> served(session, start, end));
                assertThat(List.of(one.get(), other.get())).containsExactlyInAnyOrder(true, false);
            }
        } finally {
            threads.shutdown();
        }
    }

    private static boolean served(Session session, CyclicBarrier start, CyclicBarrier end) throws Exception {
        start.await();
        // More tokens than wait for a reader: it is still busy when the other asks.
        try (TokenStream stream = session.complete("sheep", GenerationOptions.greedy(200))) {
            end.await();
            return stream.hasNext();
        } catch (ShearlingException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BUSY);
            end.await();
            return false;
        }
    }

    @Test
    void options_null_areRefusedByName() {
        assertThatThrownBy(() -> EngineOptions.builder().cacheTypes(nothing(), nothing()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("keys");
        assertThatThrownBy(() -> GenerationOptions.builder().samplers(nothing()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("samplers");
        assertThatThrownBy(() -> GenerationOptions.builder().contextFull(nothing()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("contextFull");
        assertThatThrownBy(() -> ModelOptions.builder().loadMode(nothing()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("loadMode");
        assertThatThrownBy(() -> EmbedderOptions.DEFAULT.withPooling(nothing()))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("pooling");
    }

    /** As a program without null analysis could pass it. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    /** A model that has not been seen: neither what its probe says nor the answer can be written. */
    @Test
    void diskFull_modelsLoadAndGenerate() {
        ProgramRun run = ChildJvm.of(StreamAndReturn.class)
                .withoutSpace()
                .arguments(TinyModels.in(folder).llama(2).toString(), "4", "256")
                .run();
        assertThat(run.exitCode()).isZero();
    }

    private static void assertClosed(ThrowingCallable call) {
        assertCode(ErrorCode.CLOSED, call);
    }

    private static void assertCode(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ShearlingException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
