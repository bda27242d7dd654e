#include "score.h"

#include "argmax.h"
#include "weights.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace score {

namespace {

constexpr float REACH = 16; // nats below the best, which is all that the 16 bits span

struct Header {
    float scale;
    float smallest;
};

Header header(const uint16_t * stored) {
    Header header;
    std::memcpy(&header, stored, sizeof header);
    return header;
}

// Nearest integer, of two as near the even one, of 0 to 65535. Rounds as the sum with 1.5 * 2^23 does, which compilers
// turn into vector instructions.
uint16_t nearest(float value) {
    constexpr float SHIFT = 12582912;
    const float shifted = value + SHIFT;
    return static_cast<uint16_t>(static_cast<int32_t>(shifted - SHIFT));
}

float logarithm(Header header, uint16_t word) {
    return header.scale * static_cast<float>(word) + header.smallest;
}

// Rows are weighed in pieces that stay in the first cache, and summed in lanes of their own.
constexpr int32_t PIECE = 512;
constexpr int32_t LANES = 8;

struct Sum {
    double lanes[LANES] = {};

    void add(const double * values, int32_t count) {
        for (int32_t i = 0; i + LANES <= count; i += LANES) {
            for (int32_t lane = 0; lane < LANES; ++lane) {
                lanes[lane] += values[i + lane];
            }
        }
        for (int32_t i = count / LANES * LANES; i < count; ++i) {
            lanes[i % LANES] += values[i];
        }
    }

    double value() const {
        double sum = 0;
        for (const double lane : lanes) {
            sum += lane;
        }
        return sum;
    }
};

double normal(const Row & row) {
    return static_cast<double>(row.largest) + row.log_sum;
}

} // namespace

bool read(const float * logits, int32_t count, Row & out) {
    out.logits = logits;
    out.top = shell::argmax(logits, count);
    out.largest = logits[out.top];
    out.smallest = *std::min_element(logits, logits + count);
    out.log_sum = 0;
    double sum = 0;
    for (int32_t i = 0; i < count; ++i) {
        sum += static_cast<double>(std::exp(logits[i] - out.largest));
    }
    out.sum = sum;
    return std::isfinite(sum) && std::isfinite(out.largest);
}

void refine(Row & row, int32_t count) {
    Sum sum;
    double weights[PIECE];
    for (int32_t from = 0; from < count; from += PIECE) {
        const int32_t size = std::min(PIECE, count - from);
        weigh(row.logits + from, row.largest, size, weights);
        sum.add(weights, size);
    }
    row.log_sum = std::log(sum.value());
}

double nll(const Row & row, int32_t token) {
    return std::log(row.sum) - static_cast<double>(row.logits[token] - row.largest);
}

double divergence(Row & base, const Row & candidate, int32_t count) {
    const auto base_top = static_cast<double>(base.largest);
    const auto candidate_top = static_cast<double>(candidate.largest);
    Sum sum;
    Sum apart;
    double weights[PIECE];
    for (int32_t from = 0; from < count; from += PIECE) {
        const int32_t size = std::min(PIECE, count - from);
        weigh(base.logits + from, base.largest, size, weights);
        sum.add(weights, size);
        for (int32_t i = 0; i < size; ++i) {
            const double below = static_cast<double>(base.logits[from + i]) - base_top;
            const double other = static_cast<double>(candidate.logits[from + i]) - candidate_top;
            weights[i] = weights[i] > 0 ? weights[i] * (below - other) : 0;
        }
        apart.add(weights, size);
    }
    base.log_sum = std::log(sum.value());
    const double kl = apart.value() / sum.value() - base.log_sum + candidate.log_sum;
    return std::max(kl, 0.0); // rounding may leave less than nothing
}

void store(const Row & row, int32_t count, uint16_t * out) {
    const float from = std::max(row.smallest, row.largest - REACH);
    const auto log_sum = static_cast<float>(std::log(row.sum));
    const Header header{(row.largest - from) / 65535.0f, from - row.largest - log_sum};
    std::memcpy(out, &header, sizeof header);
    uint16_t * const words = out + sizeof header / sizeof(uint16_t);
    std::memset(words, 0, static_cast<size_t>(stored_words(count) - 4) * sizeof(uint16_t));
    if (header.scale == 0) {
        return;
    }
    const float steps = 1 / header.scale;
    for (int32_t i = 0; i < count; ++i) {
        words[i] = row.logits[i] > from ? nearest(steps * (row.logits[i] - from)) : uint16_t{0};
    }
}

Stored compare(const uint16_t * base, const Row & candidate, int32_t count, int32_t token) {
    const auto head = header(base);
    const uint16_t * const words = base + sizeof head / sizeof(uint16_t);
    const float whole = candidate.largest + static_cast<float>(std::log(candidate.sum));
    Stored result{};
    result.nll = whole - candidate.logits[token];
    result.base_nll = -logarithm(head, words[token]);
    result.delta_p = std::exp(-result.nll) - std::exp(-result.base_nll);
    double sum = 0;
    int32_t top = 0;
    float largest = logarithm(head, words[0]);
    for (int32_t i = 0; i < count; ++i) {
        const float p = logarithm(head, words[i]);
        if (p > largest) {
            largest = p;
            top = i;
        }
        if (p > -REACH) {
            sum += static_cast<double>(std::exp(p) * (p - candidate.logits[i] + whole));
        }
    }
    result.kl = sum;
    result.same_top = top == candidate.top;
    return result;
}

double stored_bound(const uint16_t * stored, const Row & base, const Row & candidate, int32_t count) {
    const auto head = header(stored);
    const uint16_t * const words = stored + sizeof head / sizeof(uint16_t);
    // Half a step, and the rounding of the few operations in single precision on values below 64.
    const double off = static_cast<double>(head.scale) / 2 + 32e-6;
    const double grown = std::exp(off);
    const double shift = normal(base) - normal(candidate);
    double bound = 0;
    for (int32_t i = 0; i < count; ++i) {
        const auto logit = static_cast<double>(base.logits[i]);
        const double p = std::exp(logit - normal(base));
        const double apart = std::fabs(logit - static_cast<double>(candidate.logits[i]) - shift);
        const bool kept = logarithm(head, words[i]) > -REACH;
        if (p > 0) {
            bound += kept ? p * ((grown - 1) * apart + grown * off) : p * apart;
        }
    }
    return bound;
}

} // namespace score
