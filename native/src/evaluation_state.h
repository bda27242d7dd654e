// The struct behind shl_evaluation: evaluate.cpp makes it, evaluation_step.cpp runs chunks through it.
#ifndef SHEARLING_EVALUATION_STATE_H
#define SHEARLING_EVALUATION_STATE_H

#include "handles.h"
#include "shell.h"

#include "shearling/evaluate.h"

#include <atomic>
#include <memory>

namespace evaluation {

struct FreeContext {
    void operator()(shl_context * context) const { shl_context_free(context); }
};

using Context = std::unique_ptr<shl_context, FreeContext>;

// What shl_evaluation_step does with arguments that are in range.
shl_status step(
    shl_evaluation & evaluation, int32_t first_chunk, int32_t chunks, const int32_t * tokens, double * scores);

} // namespace evaluation

struct shl_evaluation {
    shl_evaluation_params params;
    int32_t chunks; // of a step
    int32_t vocabulary;
    int32_t bos; // that replaces a chunk's first token, -1: none
    evaluation::Context candidate;
    evaluation::Context base; // or none
    std::atomic<bool> cancelled{false};

    shl_evaluation(const shl_model * model, const shl_evaluation_params & params_, int32_t chunks_)
        : params(params_), chunks(chunks_), vocabulary(model->vocabulary_size()),
          bos(llama_vocab_get_add_bos(model->vocab) ? llama_vocab_bos(model->vocab) : -1) {}

    // The first position whose logits count.
    int32_t first() const { return params.context_tokens / 2; }

    int32_t scored() const { return params.context_tokens - 1 - first(); }
};

#endif
