// What llama.cpp knows of a model but its public header does not tell. inside.cpp is the only file that includes
// private headers of the pinned tree; a bump of the pin looks here first.
#ifndef SHEARLING_INSIDE_H
#define SHEARLING_INSIDE_H

#include "llama.h"

#include <cstdint>
#include <string>

namespace inside {

// Names of the architectures that this build computes, separated by blanks.
std::string architectures();

// Attends to earlier tokens only.
bool causal(const llama_model * model);

// Has a trained classifier head.
bool classifier(const llama_model * model);

// First position that does not exist, for models with a table of position embeddings; else INT32_MAX.
int32_t position_limit(const llama_model * model);

// 1, or more for models with positions of several parts (M-RoPE).
uint32_t positions_per_token(const llama_model * model);

// Keys can be moved to other positions. A cache for a sliding window has a second half for the layers without one, and
// where no layer is without (or with) one the move of that half's keys would end the process.
bool keys_move(const llama_model * model);

// A sequence can be copied within a shared pool of cells only as a whole.
bool copies_whole_only(const llama_model * model);

// The heads of K (or V) of every layer are a multiple of `block` wide.
bool heads_fit(const llama_model * model, bool k, int64_t block);

// Why work with this model, though llama.cpp loaded it, would have no end or write beside its memory; empty when
// nothing is seen. Only what a damaged file can bring about.
std::string model_fault(const llama_model * model);

// Why a step of this context would end the process, though its graph could be laid out; empty when nothing is seen.
// Only what a damaged file can bring about: weights of types that no kernel takes, vectors that are not as wide as the
// metadata says.
std::string graph_fault(const llama_context * context);

struct Memory {
    int64_t cells; // KV cache or recurrent state
    int64_t compute;
};

Memory memory(const llama_context * context);

// Moves in memory what llama_memory_seq_add left to do; llama_decode would, but there it can be cut off half-way.
void finish_moves(llama_context * context);

// How much grammars may do on this thread until the next call: so many candidates looked at, then std::runtime_error.
void limit_grammars(int64_t work);

// Empty when the grammar parses, else why it does not. Upstream's own entry prints the reason to stderr and forgets it.
std::string grammar_fault(const llama_vocab * vocab, const char * grammar, const char * root);

} // namespace inside

#endif
