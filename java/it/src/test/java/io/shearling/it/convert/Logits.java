package io.shearling.it.convert;

import static io.shearling.llama.Llama.*;

import io.shearling.llama.llama_batch;
import io.shearling.llama.llama_context;
import io.shearling.llama.llama_context_params;
import io.shearling.llama.llama_model;
import io.shearling.natives.NativeLibraries;
import java.nio.file.Path;
import org.bytedeco.javacpp.FloatPointer;

/** What a model makes of each token of a text. */
final class Logits {
    private final float[][] rows;

    private Logits(float[][] rows) {
        this.rows = rows;
    }

    /** Of each token the model's words for the next, computed through the low-level binding, which has all, on one thread. */
    static Logits of(Path file, int[] tokens) {
        return of(file, tokens, false);
    }

    /** Of each token the last hidden state. */
    static Logits states(Path file, int[] tokens) {
        return of(file, tokens, true);
    }

    private static Logits of(Path file, int[] tokens, boolean states) {
        NativeLibraries.load();
        ggml_backend_load_all_from_path(NativeLibraries.directory().toString());
        llama_model model = llama_model_load_from_file(file.toString(), llama_model_default_params());
        llama_context_params params = llama_context_default_params();
        params.n_ctx(tokens.length);
        params.n_batch(tokens.length);
        params.n_ubatch(tokens.length);
        params.n_threads(1);
        params.n_threads_batch(1);
        params.flash_attn_type(LLAMA_FLASH_ATTN_TYPE_DISABLED); // it computes in f16
        params.type_k(GGML_TYPE_F32);
        params.type_v(GGML_TYPE_F32);
        params.embeddings(states);
        params.pooling_type(LLAMA_POOLING_TYPE_NONE);
        llama_context context = llama_init_from_model(model, params);
        llama_batch batch = llama_batch_init(tokens.length, 0, 1);
        try {
            for (int i = 0; i < tokens.length; i++) {
                batch.token().put(i, tokens[i]);
                batch.pos().put(i, i);
                batch.n_seq_id().put(i, 1);
                batch.seq_id(i).put(0, 0);
                batch.logits().put(i, (byte) 1);
            }
            batch.n_tokens(tokens.length);
            if (llama_decode(context, batch) != 0) {
                throw new IllegalStateException("llama_decode failed for " + file);
            }
            int columns = states ? llama_model_n_embd(model) : llama_vocab_n_tokens(llama_model_get_vocab(model));
            float[][] rows = new float[tokens.length][columns];
            for (int i = 0; i < tokens.length; i++) {
                FloatPointer row = states ? llama_get_embeddings_ith(context, i) : llama_get_logits_ith(context, i);
                row.get(rows[i]);
            }
            return new Logits(rows);
        } finally {
            llama_batch_free(batch);
            llama_free(context);
            llama_model_free(model);
        }
    }

    /** The likeliest token after each. */
    int[] likeliest() {
        int[] tokens = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 1; j < rows[i].length; j++) {
                if (rows[i][j] > rows[i][tokens[i]]) {
                    tokens[i] = j;
                }
            }
        }
        return tokens;
    }

    /** Of the first token. */
    float[] first() {
        return rows[0];
    }

    /** After the last token. */
    float[] last() {
        return rows[rows.length - 1];
    }
}
