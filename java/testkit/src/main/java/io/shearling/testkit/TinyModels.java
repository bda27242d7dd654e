package io.shearling.testkit;

import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Models with random weights, small enough to load and run in milliseconds, each written to a GGUF file of a few hundred
 * kilobytes in a folder of the caller's. The same seed gives the same bytes. What they say is nonsense, but always the same
 * nonsense, and it depends on every token before it.
 *
 * <p>The decoders share a SentencePiece vocabulary in which every text has tokens, a chat template, and a context of 512
 * tokens. Their greedy text never ends by itself and is mostly letters; now and then it has a byte that is no text.
 *
 * <p>Thread-safe. A file is written once an instance, in place of an older one; two instances that write into one folder at
 * the same time get in each other's way.
 */
public final class TinyModels {
    private final Path folder;
    private final Map<String, Path> files = new ConcurrentHashMap<>();

    private TinyModels(Path folder) {
        this.folder = folder;
    }

    /** Tiny models in this folder, which is created when it is not there. */
    public static TinyModels in(Path folder) {
        try {
            return new TinyModels(Files.createDirectories(folder));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create the folder " + folder + " for tiny models", e);
        }
    }

    /** {@link #llama(long, TensorType)} in F32. */
    public Path llama(long seed) {
        return llama(seed, TensorType.F32);
    }

    /**
     * A llama: 2 layers, 64 wide, feed-forward 128, 4 heads, 2 KV heads. Its memory can be cut and slid.
     *
     * @param type of the matrices; the rows have 64 and 128 elements, so the k-quants do not fit. Types other than the plain
     *     ones and Q8_0 need native code.
     */
    public Path llama(long seed, TensorType type) {
        String name = "llama-" + type.ggmlName().toLowerCase(Locale.ROOT);
        return file(name, seed, () -> TinyDecoder.llama(seed, type));
    }

    /**
     * {@link #llama(long)} with other metadata: what no converter writes and a file can say all the same.
     *
     * @param name goes into the file's name
     * @param metadata in place of the model's own values of these keys
     */
    public Path llamaWith(String name, long seed, Map<String, GgufValue> metadata) {
        return file("llama-" + name, seed, () -> {
            ModelDraft draft = TinyDecoder.llama(seed, TensorType.F32);
            metadata.forEach(draft::put);
            return draft;
        });
    }

    /** A mixture of experts: as the llama, with 4 experts in each block, of which a token takes 2. */
    public Path experts(long seed) {
        return file("experts", seed, () -> TinyDecoder.experts(seed));
    }

    /** A Mamba: 2 layers, 64 wide, state 16. Its memory is one state: it can be dropped, but not cut or slid. */
    public Path recurrent(long seed) {
        return file("mamba", seed, () -> TinyDecoder.mamba(seed));
    }

    /** A Gemma 2: as the llama, but its first layer sees only the last 32 tokens, so older ones are gone from its memory. */
    public Path slidingWindow(long seed) {
        return file("gemma2", seed, () -> TinyDecoder.gemma2(seed));
    }

    /**
     * A BERT: 2 layers, 32 wide, context 128, a WordPiece vocabulary of ASCII, and a classifier head with 32 classes. It names
     * no pooling of its own.
     */
    public Path bert(long seed) {
        return file("bert", seed, () -> TinyBert.draft(seed));
    }

    private Path file(String name, long seed, Supplier<ModelDraft> draft) {
        return files.computeIfAbsent(
                "tiny-" + name + "-" + seed + ".gguf", file -> draft.get().write(folder.resolve(file)));
    }
}
