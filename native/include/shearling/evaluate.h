// Evaluation: how well a model foretells a text, and how far it is from another model. The text goes through the models
// in chunks of `context_tokens`, each begun anew, the first token replaced by BOS where the vocabulary adds one; scored
// are the tokens that follow positions context_tokens / 2 ... context_tokens - 2: llama-perplexity's protocol, with its
// batches, so that its figures come out to the printed digit. Logits stay here; what comes back is a few numbers a
// token.
#ifndef SHEARLING_EVALUATE_H
#define SHEARLING_EVALUATE_H

#include "context.h"

#ifdef __cplusplus
extern "C" {
#endif

// One thread at a time, but for shl_evaluation_cancel.
typedef struct shl_evaluation shl_evaluation;

struct shl_evaluation_params {
    int32_t context_tokens; // of a chunk, 8 or more
    int32_t batch_tokens; // a step takes batch_tokens / context_tokens chunks, at least one; at most 64
    int32_t micro_batch_tokens; // computed at once; so many rows of logits are held for each model
    int32_t threads; // 0: as shl_context_params
    bool offload_kv;
    bool stored; // fill the columns SHL_SCORE_STORED_* too
};

// 512, 2048, 512 tokens as llama-perplexity has it; not stored.
SHL_API void shl_evaluation_params_default(struct shl_evaluation_params * out) SHL_NOEXCEPT;

// What is told of a scored token, in nats. p is the base's distribution, q the candidate's.
enum shl_score {
    SHL_SCORE_NLL = 0, // -ln q(token)
    SHL_SCORE_BASE_NLL = 1, // -ln p(token)
    SHL_SCORE_KL = 2, // sum of p ln (p / q), in double precision
    SHL_SCORE_KL_BOUND = 3, // how far the one before may be from the truth: 0 unless the base is compact
    SHL_SCORE_SAME_TOP = 4, // 1 when p and q have their largest value at the same token, else 0
    // The same as llama-perplexity computes it from its file of 16-bit logarithms, operation by operation.
    SHL_SCORE_STORED_NLL = 5,
    SHL_SCORE_STORED_BASE_NLL = 6,
    SHL_SCORE_STORED_KL = 7,
    SHL_SCORE_STORED_SAME_TOP = 8,
    SHL_SCORE_STORED_DELTA_P = 9, // q(token) - p(token)
    SHL_SCORE_STORED_BOUND = 10, // how far the stored KL may be from SHL_SCORE_KL by the loss of the 16 bits
    SHL_SCORE_KL_VARIANCE = 11, // of SHL_SCORE_KL, by what a compact base has only a sample of; 0 otherwise
    SHL_SCORE_COLUMNS = 12,
};

// How rows of a base's logits are kept in a file. Row by row, each of shl_evaluation_row_bytes, in the order of the
// text.
enum shl_rows_form {
    // llama-perplexity's: float scale, float least, then u16 [vocabulary], to an even number; ln p = scale * u16 +
    // least,
    // at most 16 nats below the likeliest.
    SHL_ROWS_STORED = 0,
    // A twentieth of that: float -ln p(token), float tail mass, float sum of p ln p over the tail, float 0; the
    // likeliest
    // tokens, best first, and their ln p; a sample of the others, drawn in proportion to p, and their ln p. Tokens are
    // u16 in vocabularies of up to 65,536, else u32; ln p are floats.
    SHL_ROWS_COMPACT = 1,
};

// Over a candidate and, unless it is NULL, a base: both outlive the evaluation. SHL_UNSUPPORTED: one of them is no
// decoder, or their vocabularies are of different sizes.
SHL_API enum shl_status shl_evaluation_new(shl_model * candidate, shl_model * base,
    const struct shl_evaluation_params * params, shl_evaluation ** out) SHL_NOEXCEPT;
SHL_API void shl_evaluation_free(shl_evaluation * evaluation) SHL_NOEXCEPT;

// Bytes of a row; 0 for a form that is none.
SHL_API int64_t shl_evaluation_row_bytes(const shl_evaluation * evaluation, int32_t form) SHL_NOEXCEPT;

// Takes the base's rows out of a file from the byte `offset` on, where there is no base model. Of stored rows only the
// columns SHL_SCORE_STORED_* are known besides SHL_SCORE_NLL.
SHL_API enum shl_status shl_evaluation_read_base(
    shl_evaluation * evaluation, int32_t form, const char * path, int64_t offset) SHL_NOEXCEPT;

// Writes the base's rows, or where there is no base the candidate's, into a file that is there, from the byte `offset`
// on; once for each form. The file is closed with the evaluation.
SHL_API enum shl_status shl_evaluation_write_base(
    shl_evaluation * evaluation, int32_t form, const char * path, int64_t offset) SHL_NOEXCEPT;

// Chunks of one step, and scored tokens of a chunk.
SHL_API int32_t shl_evaluation_chunks(const shl_evaluation * evaluation) SHL_NOEXCEPT;
SHL_API int32_t shl_evaluation_scored(const shl_evaluation * evaluation) SHL_NOEXCEPT;

// Runs `chunks` chunks, the first of which is number first_chunk of the text (for messages and files): tokens
// [chunks][context_tokens] in, scores [chunks][scored][SHL_SCORE_COLUMNS] out. Columns that cannot be known are 0.
// The same bytes come out for any number of threads. SHL_NOT_FINITE: a model computed something that is no number; the
// message says which (candidate or base), and in which chunk. SHL_CANCELLED: nothing of this step counts.
SHL_API enum shl_status shl_evaluation_step(shl_evaluation * evaluation, int32_t first_chunk, int32_t chunks,
    const int32_t * tokens, double * scores) SHL_NOEXCEPT;

// The same for the last layers of a model: what goes into the first of them stands in the place of the tokens'
// embeddings, states [chunks][context_tokens][embedding_length]. SHL_UNSUPPORTED: there is a base, or the tokens of the
// candidate have several positions each.
SHL_API enum shl_status shl_evaluation_step_states(shl_evaluation * evaluation, int32_t first_chunk, int32_t chunks,
    const int32_t * tokens, const float * states, double * scores) SHL_NOEXCEPT;

// Stops the step that runs, or the next. Thread-safe.
SHL_API void shl_evaluation_cancel(shl_evaluation * evaluation) SHL_NOEXCEPT;

// Forgets a cancel that no step has seen.
SHL_API void shl_evaluation_cancel_clear(shl_evaluation * evaluation) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
