package io.shearling.runtime;

import io.shearling.formats.model.PoolingType;
import io.shearling.runtime.bridge.ContextSettings;
import io.shearling.runtime.bridge.Lease;
import io.shearling.runtime.bridge.NativeContext;
import io.shearling.runtime.bridge.NativeHandle;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Turns texts into vectors, by a model made for that or by any other.
 *
 * <p>Thread-safe: calls from several threads take turns, each with all of the threads that compute. Keeps its model's weights
 * alive.
 */
public final class Embedder implements AutoCloseable {
    /** Most texts in one computation of an encoder. A decoder takes one by one: each would need a KV cache of its own. */
    private static final int ENCODER_SEQUENCES = 16;

    private static final int ENCODER_TOKENS = 8192;
    private static final int DECODER_TOKENS = 2048;

    private final Model model;
    private final EmbedderOptions options;
    private final NativeContext context;
    private final int maxTokens;
    private final NativeHandle handle;
    private final Tokenizer tokenizer;
    private final Object turn = new Object();

    Embedder(Model model, EmbedderOptions options) {
        this.model = model;
        this.options = options;
        Lease weights = model.lease();
        try {
            requireHead(model, options.pooling());
            boolean encoder = model.weights().info().encoder();
            int usual = encoder ? ENCODER_TOKENS : DECODER_TOKENS;
            int trained = model.contextLength() > 0 ? model.contextLength() : usual;
            maxTokens = options.maxTokens() > 0 ? options.maxTokens() : Math.min(trained, usual);
            context = NativeContext.open(
                    model.weights(),
                    ContextSettings.embedding(
                            pooling(model, options).code,
                            maxTokens,
                            encoder ? ENCODER_SEQUENCES : 1,
                            options.threads()));
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
        context.onClose(weights::close);
        handle = new NativeHandle(this, "embedder over " + model.name(), context::close);
        // The model's own stops with the model; this goes on.
        tokenizer = new Tokenizer(model.weights(), model.tokenizer().vocabulary(), handle::lease);
    }

    /** The pooling that is asked for; the mean where the model should say and does not. */
    private static Pooling pooling(Model model, EmbedderOptions options) {
        boolean unsaid = options.pooling() == Pooling.MODEL
                && model.shape().poolingType().isEmpty();
        return unsaid ? Pooling.MEAN : options.pooling();
    }

    private static void requireHead(Model model, Pooling pooling) {
        boolean rank = pooling == Pooling.RANK
                || (pooling == Pooling.MODEL && model.shape().poolingType().equals(Optional.of(PoolingType.RANK)));
        if (rank && model.weights().info().classCount() == 0) {
            throw new ShearlingException(
                    ErrorCode.UNSUPPORTED,
                    model.name() + " has no classifier head to rank with; choose another pooling");
        }
    }

    /** How token vectors become one here: never {@link Pooling#MODEL}. */
    public Pooling pooling() {
        return Pooling.of(context.info().pooling());
    }

    /** Length of a vector. */
    public int length() {
        return pooling() == Pooling.RANK ? model.weights().info().classCount() : model.embeddingLength();
    }

    /** The longest text, in tokens. */
    public int maxTokens() {
        return maxTokens;
    }

    /** The vector of a text: [{@link #length}]. */
    public float[] embed(String text) {
        return embedAll(List.of(text)).get(0);
    }

    /**
     * The vectors of texts, in their order: each [{@link #length}].
     *
     * <p>Blocks; an interrupt cancels.
     *
     * @throws ShearlingException {@link ErrorCode#CONTEXT_FULL} when a text is too long, {@link ErrorCode#UNSUPPORTED} with
     *     {@link Pooling#NONE}: use {@link #embedTokens}, {@link ErrorCode#CANCELLED} after an interrupt
     */
    public List<float[]> embedAll(List<String> texts) {
        if (pooling() == Pooling.NONE) {
            throw new ShearlingException(
                    ErrorCode.UNSUPPORTED,
                    "this embedder does not pool, so a text has one vector a token; call embedTokens, or choose a pooling");
        }
        List<int[]> tokens = texts.stream().map(this::tokens).toList();
        List<float[]> vectors = new ArrayList<>(texts.size());
        try (Lease lease = handle.lease()) {
            synchronized (turn) {
                for (int from = 0; from < tokens.size(); ) {
                    int to = fill(tokens, from);
                    compute();
                    for (int i = from; i < to; i++) {
                        vectors.add(finish(context.sequenceEmbedding(i - from, new float[length()])));
                    }
                    from = to;
                }
            }
        }
        return vectors;
    }

    /** One vector for each token of a text, special tokens included: [tokens][{@link #length}]. For {@link Pooling#NONE}. */
    public List<float[]> embedTokens(String text) {
        if (pooling() != Pooling.NONE) {
            throw new ShearlingException(
                    ErrorCode.UNSUPPORTED,
                    "this embedder pools the tokens of a text into one vector; open it with Pooling.NONE for one a token");
        }
        int[] tokens = tokens(text);
        List<float[]> vectors = new ArrayList<>(tokens.length);
        try (Lease lease = handle.lease()) {
            synchronized (turn) {
                context.clearBatch();
                context.remove(0, 0, -1);
                int first = context.addToBatch(0, 0, tokens, tokens.length, NativeContext.OUTPUT_ALL);
                compute();
                for (int i = 0; i < tokens.length; i++) {
                    vectors.add(finish(context.tokenEmbedding(first + i, new float[length()])));
                }
            }
        }
        return vectors;
    }

    /** Fills the batch with texts from {@code from} on; returns the index of the first that did not fit. */
    private int fill(List<int[]> texts, int from) {
        context.clearBatch();
        int room = context.info().microBatchTokens();
        int to = from;
        while (to < texts.size() && to - from < context.info().sequenceCount() && texts.get(to).length <= room) {
            int sequence = to - from;
            context.remove(sequence, 0, -1);
            int[] tokens = texts.get(to);
            context.addToBatch(sequence, 0, tokens, tokens.length, NativeContext.OUTPUT_ALL);
            room -= tokens.length;
            to++;
        }
        return to;
    }

    /** Native code works on a thread of its own, while this one listens for interrupts. */
    private NativeContext.Decoded decode() {
        FutureTask<NativeContext.Decoded> task = new FutureTask<>(context::decode);
        Thread thread = new Thread(task, "shearling-embedder " + model.name());
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    context.cancel();
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ShearlingException known) {
                throw known;
            }
            throw new ShearlingException(ErrorCode.NATIVE, "cannot compute: " + e.getCause(), e);
        } finally {
            if (interrupted) {
                context.cancelClear();
                Thread.currentThread().interrupt();
            }
        }
    }

    private void compute() {
        switch (decode()) {
            case DONE -> {}
            case CANCELLED -> throw new ShearlingException(ErrorCode.CANCELLED, "the embedder was interrupted");
            case NO_ROOM ->
                throw new ShearlingException(
                        ErrorCode.CONTEXT_FULL,
                        "the embedder has no room for these texts; open it with more maxTokens");
        }
    }

    private int[] tokens(String text) {
        int[] tokens = tokenizer.encode(text, true, false);
        if (tokens.length == 0) {
            throw new ShearlingException(ErrorCode.INVALID_ARGUMENT, "a text to embed is empty; leave it out");
        }
        if (tokens.length > maxTokens()) {
            throw new ShearlingException(
                    ErrorCode.CONTEXT_FULL,
                    "a text to embed has " + tokens.length + " tokens and at most " + maxTokens()
                            + " fit; cut it, or open the embedder with more maxTokens");
        }
        return tokens;
    }

    private float[] finish(float[] vector) {
        if (options.normalize() && pooling() != Pooling.RANK) {
            double sum = 0;
            for (float x : vector) {
                sum += (double) x * x;
            }
            if (sum > 0) {
                float scale = (float) (1 / Math.sqrt(sum));
                for (int i = 0; i < vector.length; i++) {
                    vector[i] *= scale;
                }
            }
        }
        return vector;
    }

    /**
     * Frees the context. That is done when this returns, unless another thread is just embedding: then it is when that call is
     * over, which goes on undisturbed. Idempotent.
     */
    @Override
    public void close() {
        handle.close();
    }
}
