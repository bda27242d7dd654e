// The arithmetic of an evaluation: rows of logits in, numbers out.
#ifndef SHEARLING_SCORE_H
#define SHEARLING_SCORE_H

#include <cstdint>
#include <vector>

namespace score {

// A row of logits and what its softmax needs.
struct Row {
    const float * logits;
    float largest;
    float smallest;
    int32_t top; // the first token with the largest logit
    double sum; // of e^(logit - largest), each in single precision
    double log_sum; // ln of the same in double precision; set by refine()
};

// No softmax comes of a row that holds NaN or infinity: then false.
bool read(const float * logits, int32_t count, Row & out);

void refine(Row & row, int32_t count);

// -ln of the token's probability, as llama-perplexity has it without a base.
double nll(const Row & row, int32_t token);

// The sum of p ln (p / q) over all tokens. The candidate is refined, and the base is afterwards.
double divergence(Row & base, const Row & candidate, int32_t count);

// Sixteen-bit words of one row in llama-perplexity's file: scale, smallest logarithm, one word a token, to an even
// count.
constexpr int64_t stored_words(int32_t count) {
    return int64_t{2} * ((count + 1) / 2) + 4;
}

// A row as that file has it: [stored_words(count)].
void store(const Row & row, int32_t count, uint16_t * out);

struct Stored {
    float nll;
    float base_nll;
    double kl;
    float delta_p;
    bool same_top;
};

// What llama-perplexity makes of a stored row and a candidate's.
Stored compare(const uint16_t * base, const Row & candidate, int32_t count, int32_t token);

// How far compare() may be from divergence() by what the 16 bits and single precision lose.
double stored_bound(const uint16_t * stored, const Row & base, const Row & candidate, int32_t count);

} // namespace score

#endif
