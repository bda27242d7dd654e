// Choosing the next token: a chain of llama.cpp's samplers, applied in the order in which they were added. A chain
// belongs to one sequence and one thread at a time. The model must outlive it.
#ifndef SHEARLING_SAMPLER_H
#define SHEARLING_SAMPLER_H

#include "context.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct shl_sampler shl_sampler;

SHL_API enum shl_status shl_sampler_new(const shl_model * model, shl_sampler ** out) SHL_NOEXCEPT;
SHL_API void shl_sampler_free(shl_sampler * sampler) SHL_NOEXCEPT;

// Each function adds one step. The last step has to choose: greedy, dist, mirostat or adaptive p; nothing but a grammar
// can be added after it. A chain of greedy alone (with or without logit bias and grammar) is a plain argmax over the
// logits: ties go to the lower token, and NaN never wins. A seed of 0xFFFFFFFF stands for a random one. A temperature
// below 1e-5 is taken for 0.
SHL_API enum shl_status shl_sampler_add_greedy(shl_sampler * sampler) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_dist(shl_sampler * sampler, uint32_t seed) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_top_k(shl_sampler * sampler, int32_t k) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_top_p(shl_sampler * sampler, float p, int32_t min_keep) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_min_p(shl_sampler * sampler, float p, int32_t min_keep) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_typical(shl_sampler * sampler, float p, int32_t min_keep) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_temperature(shl_sampler * sampler, float temperature) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_dynamic_temperature(
    shl_sampler * sampler, float temperature, float delta, float exponent) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_xtc(
    shl_sampler * sampler, float probability, float threshold, int32_t min_keep, uint32_t seed) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_top_n_sigma(shl_sampler * sampler, float n) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_mirostat(
    shl_sampler * sampler, uint32_t seed, float tau, float eta, int32_t m) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_mirostat_v2(
    shl_sampler * sampler, uint32_t seed, float tau, float eta) SHL_NOEXCEPT;

// last_n: how many tokens back it looks, 0 to 1048576; here and in dry.
SHL_API enum shl_status shl_sampler_add_penalties(
    shl_sampler * sampler, int32_t last_n, float repeat, float frequency, float presence) SHL_NOEXCEPT;

// breakers: zero-terminated strings one after the other, breaker_count of them.
SHL_API enum shl_status shl_sampler_add_dry(shl_sampler * sampler, float multiplier, float base, int32_t allowed_length,
    int32_t last_n, const uint8_t * breakers, int64_t breakers_size, int32_t breaker_count) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_adaptive_p(
    shl_sampler * sampler, float target, float decay, uint32_t seed) SHL_NOEXCEPT;
SHL_API enum shl_status shl_sampler_add_logit_bias(
    shl_sampler * sampler, const int32_t * tokens, const float * biases, int32_t count) SHL_NOEXCEPT;

// Needs a top-k step of at most 1024 before it: its cost grows with the square of the candidates.
SHL_API enum shl_status shl_sampler_add_infill(shl_sampler * sampler) SHL_NOEXCEPT;

// A GBNF grammar with its start symbol, wherever it stands in the chain, once: the chain chooses first, and only a
// choice that the grammar forbids is made again among what it allows. SHL_BAD_GRAMMAR when it does not parse.
SHL_API enum shl_status shl_sampler_add_grammar(
    shl_sampler * sampler, const char * grammar, const char * root) SHL_NOEXCEPT;

// Chooses a token from the logits of token `index` of the last decoded batch and accepts it. SHL_FAILED when the
// grammar allows none of the tokens that are possible; the chain has then not moved.
SHL_API enum shl_status shl_sampler_sample(
    shl_sampler * sampler, shl_context * context, int32_t index, int32_t * token) SHL_NOEXCEPT;

// Tells the chain of tokens it did not choose (a prompt, for penalties). The grammar does not see them.
SHL_API enum shl_status shl_sampler_accept(shl_sampler * sampler, const int32_t * tokens, int32_t count) SHL_NOEXCEPT;

// Log-probabilities under the model's own distribution (softmax of the raw logits, before any step of a chain): that of
// `token` into *logprob, and the `count` most likely tokens, best first, of equal ones the lower first, with theirs.
// count may be 0.
SHL_API enum shl_status shl_logprobs(shl_context * context, int32_t index, int32_t token, float * logprob,
    int32_t * tokens, float * logprobs, int32_t count) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
