// The struct behind shl_evaluation: evaluate.cpp makes it, evaluation_step.cpp runs chunks through it,
// evaluation_row.cpp makes scores of rows of logits.
#ifndef SHEARLING_EVALUATION_STATE_H
#define SHEARLING_EVALUATION_STATE_H

#include "compact.h"
#include "handles.h"
#include "row_file.h"
#include "shell.h"

#include "shearling/evaluate.h"

#include <array>
#include <atomic>
#include <memory>

namespace evaluation {

struct FreeContext {
    void operator()(shl_context * context) const { shl_context_free(context); }
};

using Context = std::unique_ptr<shl_context, FreeContext>;

// What shl_evaluation_step does with arguments that are in range.
shl_status step(shl_evaluation & evaluation, int32_t first_chunk, int32_t chunks, const int32_t * tokens,
    const float * states, double * scores);

} // namespace evaluation

struct shl_evaluation {
    shl_evaluation_params params;
    int32_t chunks; // of a step
    int32_t vocabulary;
    int32_t bos; // that replaces a chunk's first token, -1: none
    evaluation::Context candidate;
    evaluation::Context base; // or none
    compact::Shape shape; // of compact rows
    int32_t base_form = -1; // of the rows in base_rows; -1: there is no such file
    shell::RowFile base_rows;
    std::array<shell::RowFile, 2> written; // by form
    std::atomic<bool> cancelled{false};

    shl_evaluation(const shl_model * model, const shl_evaluation_params & params_, int32_t chunks_)
        : params(params_), chunks(chunks_), vocabulary(model->vocabulary_size()),
          bos(llama_vocab_get_add_bos(model->vocab) ? llama_vocab_bos(model->vocab) : -1),
          shape(compact::Shape::of(vocabulary)) {}

    int64_t row_bytes(int32_t form) const {
        return form == SHL_ROWS_STORED ? score::stored_words(vocabulary) * 2 : shape.bytes();
    }

    // The first position whose logits count.
    int32_t first() const { return params.context_tokens / 2; }

    int32_t scored() const { return params.context_tokens - 1 - first(); }
};

#endif
