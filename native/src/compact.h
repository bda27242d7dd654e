// A base's distribution in a twentieth of the bytes that llama-perplexity gives it: the likeliest tokens as they are,
// of the others their mass, their entropy and a sample.
#ifndef SHEARLING_COMPACT_H
#define SHEARLING_COMPACT_H

#include "score.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace compact {

struct Shape {
    int32_t vocabulary;
    int32_t likeliest; // 1 or more
    int32_t sampled; // 1 or more
    int32_t token_bytes; // 2 or 4

    // As many tokens as a twentieth of llama-perplexity's row has room for.
    static Shape of(int32_t vocabulary);

    int64_t bytes() const;
};

// What is allocated once for all rows of a thread.
struct Scratch {
    std::vector<int32_t> order; // [vocabulary]
    std::vector<uint8_t> in_head; // [vocabulary]

    explicit Scratch(int32_t vocabulary)
        : order(static_cast<size_t>(vocabulary)), in_head(static_cast<size_t>(vocabulary)) {}
};

// Writes a refined row: [shape.bytes()]. `number` chooses the sample; the same number gives the same bytes.
void store(
    const score::Row & row, const Shape & shape, int32_t token, uint64_t number, Scratch & scratch, uint8_t * out);

struct Compared {
    double base_nll;
    double kl;
    double bound; // the true divergence is no farther from kl than this
    double variance; // of kl, by the choice of the sample
    bool same_top;
};

// The divergence of a refined candidate from a stored row, or false when the row is none: a token that is not there.
bool compare(const uint8_t * base, const Shape & shape, const score::Row & candidate, Compared & out);

} // namespace compact

#endif
