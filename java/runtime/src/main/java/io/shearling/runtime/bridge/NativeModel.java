package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_model;
import io.shearling.core.shl_model_info;
import io.shearling.core.shl_model_params;
import io.shearling.core.shl_vocab_info;
import io.shearling.runtime.Device;
import io.shearling.runtime.LoadListener;
import io.shearling.runtime.ModelOptions;
import io.shearling.runtime.Vocabulary;
import io.shearling.runtime.error.ErrorCode;
import io.shearling.runtime.error.ShearlingException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.bytedeco.javacpp.IntPointer;

/**
 * A {@code shl_model}: what can be asked of it. Thread-safe as the native object is; whoever calls holds a lease.
 */
public final class NativeModel {
    private final shl_model model;
    private final Info info;
    private final int offloadedLayers;

    /**
     * The model's numbers, as the native side has them.
     *
     * @param sizeBytes of all tensors
     * @param contextLength tokens seen at once in training
     * @param embeddingLengthOut length of an embedding
     * @param slidingWindow tokens of the window, 0: none
     * @param classCount outputs of the classifier head, 0: none
     * @param encoder whether it reads a text as a whole and keeps nothing
     */
    public record Info(
            long sizeBytes,
            long parameterCount,
            int vocabularySize,
            Vocabulary.Type vocabularyType,
            int contextLength,
            int embeddingLengthOut,
            int slidingWindow,
            int classCount,
            boolean encoder) {}

    private NativeModel(shl_model model, int offloadedLayers) {
        this.model = model;
        this.offloadedLayers = offloadedLayers;
        info = read(model);
    }

    /** Loads a file that has been checked. The caller's thread reports progress and may be interrupted. */
    public static NativeModel load(Path path, ModelOptions options, int blockCount, LoadListener listener) {
        Backends.ready();
        List<Device> gpus = options.devices().orElseGet(Device::all).stream()
                .filter(NativeModel::holdsLayers)
                .toList();
        int layers = gpus.isEmpty()
                ? 0
                : options.gpuLayers() < 0 ? blockCount + 1 : Math.min(options.gpuLayers(), blockCount + 1);
        if (options.requireGpu() && layers == 0) {
            throw new ShearlingException(
                    ErrorCode.NO_DEVICE,
                    "a GPU is required and none would be used for " + path + "; the devices are " + Device.all());
        }
        try (shl_model_params params = new shl_model_params();
                IntPointer indices = new IntPointer(Math.max(1, gpus.size()))) {
            Core.shl_model_params_default(params);
            for (int i = 0; i < gpus.size(); i++) {
                indices.put(i, gpus.get(i).index());
            }
            params.devices(indices).device_count(gpus.size()).gpu_layers(layers);
            params.load_mode(Codes.loadMode(options.loadMode()));
            params.check_tensors(options.checkTensors()).repack(options.repack());
            shl_model model = ModelLoad.run(path, params, listener);
            return new NativeModel(model, layers);
        }
    }

    /** An accelerator (BLAS, say) computes for the CPU, from the CPU's memory. */
    private static boolean holdsLayers(Device device) {
        return device.type() == Device.Type.GPU || device.type() == Device.Type.INTEGRATED_GPU;
    }

    private static Info read(shl_model model) {
        try (shl_model_info raw = new shl_model_info()) {
            Status.check(Core.shl_model_read(model, raw), "cannot read the model's numbers");
            return new Info(
                    raw.size_bytes(),
                    raw.parameter_count(),
                    raw.vocabulary_size(),
                    Codes.vocabularyType(raw.vocabulary_type()),
                    raw.context_length(),
                    raw.embedding_length_out(),
                    raw.sliding_window(),
                    raw.class_count(),
                    raw.encoder());
        }
    }

    shl_model pointer() {
        return model;
    }

    public Info info() {
        return info;
    }

    public int offloadedLayers() {
        return offloadedLayers;
    }

    public long nativeAddress() {
        return Core.shl_model_native(model).address();
    }

    public String description() {
        return NativeText.of("cannot describe the model", out -> Core.shl_model_description(model, out));
    }

    public Vocabulary vocabulary() {
        try (shl_vocab_info raw = new shl_vocab_info()) {
            Status.check(Core.shl_vocab_read(model, raw), "cannot read the vocabulary");
            return new Vocabulary(
                    raw.size(), info.vocabularyType(), raw.bos(), raw.eos(), raw.add_bos(), raw.add_eos(), ends());
        }
    }

    private BitSet ends() {
        int[] count = new int[1];
        int[] tokens = new int[16];
        for (int attempt = 0; attempt < 2; attempt++) {
            Status.check(
                    Core.shl_vocab_ends(model, tokens, tokens.length, count), "cannot read the tokens that end a text");
            if (count[0] <= tokens.length) {
                break;
            }
            tokens = new int[count[0]];
        }
        BitSet ends = new BitSet();
        for (int i = 0; i < count[0]; i++) {
            ends.set(tokens[i]);
        }
        return ends;
    }

    public int[] tokenize(byte[] utf8, boolean addSpecial, boolean parseSpecial) {
        int[] count = new int[1];
        int[] tokens = new int[utf8.length / 3 + 8];
        for (int attempt = 0; attempt < 2; attempt++) {
            Status.check(
                    Core.shl_tokenize(model, utf8, utf8.length, addSpecial, parseSpecial, tokens, tokens.length, count),
                    "cannot tokenize the text");
            if (count[0] <= tokens.length) {
                break;
            }
            tokens = new int[count[0]];
        }
        return Arrays.copyOf(tokens, count[0]);
    }

    public byte[] detokenize(int[] tokens, boolean special) {
        long[] size = new long[1];
        byte[] utf8 = new byte[tokens.length * 8 + 16];
        for (int attempt = 0; attempt < 2; attempt++) {
            Status.check(
                    Core.shl_detokenize(model, tokens, tokens.length, special, utf8, utf8.length, size),
                    "cannot turn the tokens into text");
            if (size[0] <= utf8.length) {
                break;
            }
            utf8 = new byte[Math.toIntExact(size[0])];
        }
        return Arrays.copyOf(utf8, (int) size[0]);
    }

    /** Writes a token's bytes into {@code out} as far as they fit; returns their number. */
    public int piece(int token, boolean special, byte[] out) {
        int size = Core.shl_token_piece(model, token, special, out, out.length);
        if (size < 0) {
            throw new ShearlingException(
                    ErrorCode.INVALID_ARGUMENT,
                    "there is no token " + token + "; the vocabulary has " + info.vocabularySize());
        }
        return size;
    }

    public byte[] pieceBytes(int token, boolean special) {
        byte[] bytes = new byte[32];
        int size = piece(token, special, bytes);
        if (size > bytes.length) {
            bytes = new byte[size];
            size = piece(token, special, bytes);
        }
        return Arrays.copyOf(bytes, size);
    }

    public void free() {
        Core.shl_model_free(model);
    }
}
