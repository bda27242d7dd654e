// The structs behind the handles, for the files that need more than one of them.
#ifndef SHEARLING_HANDLES_H
#define SHEARLING_HANDLES_H

#include "shell.h"

#include "llama.h"

struct shl_model {
    llama_model * model;
    const llama_vocab * vocab;
    int64_t bytes; // in memory: 0 when only the vocabulary was loaded
    bool vocabulary_only;

    int32_t vocabulary_size() const { return llama_vocab_n_tokens(vocab); }

    // Upstream's vocabulary functions assert that there is a tokenizer.
    bool has_tokenizer() const { return llama_vocab_type(vocab) != LLAMA_VOCAB_TYPE_NONE; }
};

namespace shell {

// Logits of a token of the last decoded batch, or NULL with the failure kept for shl_last_error and its status in
// *status. They may be written to, as upstream's own samplers do.
float * output_logits(shl_context * context, int32_t index, shl_status * status);

const shl_model * model_of(const shl_context * context);

} // namespace shell

#endif
