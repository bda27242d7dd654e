package io.shearling.llama;

import static io.shearling.llama.Llama.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.shearling.natives.NativeLibraries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;

/** What docs/low-level.md shows. */
final class LowLevelExample {

    private LowLevelExample() {}

    /** Loads ggml's plug-ins and lists the devices they bring. */
    static List<String> devices() {
        NativeLibraries.load();
        ggml_backend_load_all_from_path(NativeLibraries.directory().toString());
        List<String> devices = new ArrayList<>();
        for (long i = 0; i < ggml_backend_dev_count(); i++) {
            ggml_backend_device device = ggml_backend_dev_get(i);
            devices.add(ggml_backend_dev_name(device).getString(UTF_8) + ": "
                    + ggml_backend_dev_description(device).getString(UTF_8));
        }
        return devices;
    }

    /** Continues a text by {@code count} tokens, each the most likely one. */
    static String complete(Path file, String prompt, int count) {
        llama_model model = llama_model_load_from_file(file.toString(), llama_model_default_params());
        llama_context_params params = llama_context_default_params();
        params.n_ctx(256);
        // Upstream's four threads wait for each other by spinning: more than there are idle cores is far slower.
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        params.n_threads(threads);
        params.n_threads_batch(threads);
        llama_context context = llama_init_from_model(model, params);
        llama_vocab vocab = llama_model_get_vocab(model);
        llama_sampler greedy = llama_sampler_init_greedy();
        // A batch keeps a pointer to its tokens, so they live in native memory: no Java array here.
        try (IntPointer tokens = new IntPointer(256);
                BytePointer piece = new BytePointer(64)) {
            int bytes = prompt.getBytes(UTF_8).length;
            int size = llama_tokenize(vocab, prompt, bytes, tokens, 256, true, true);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < count; i++) {
                if (llama_decode(context, llama_batch_get_one(tokens, size)) != 0) {
                    throw new IllegalStateException("llama_decode failed");
                }
                int next = llama_sampler_sample(greedy, context, -1);
                int length = llama_token_to_piece(vocab, next, piece, 64, 0, false);
                text.append(piece.limit(length).getString(UTF_8));
                piece.limit(64);
                tokens.put(0, next);
                size = 1;
            }
            return text.toString();
        } finally {
            llama_sampler_free(greedy);
            llama_free(context);
            llama_model_free(model);
        }
    }

    /** Quantizes a row of floats to Q8_0 and back. The length is a multiple of 32. */
    static float[] throughQ8(float[] row) {
        try (BytePointer quantized = new BytePointer(ggml_row_size(GGML_TYPE_Q8_0, row.length));
                FloatPointer back = new FloatPointer(row.length)) {
            ggml_quantize_chunk(GGML_TYPE_Q8_0, row, quantized, 0, 1, row.length, (float[]) null);
            ggml_get_type_traits(GGML_TYPE_Q8_0).to_float().call(quantized, back, row.length);
            float[] result = new float[row.length];
            back.get(result);
            return result;
        }
    }
}
