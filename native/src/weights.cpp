#include "weights.h"

#include <cstring>

namespace score {

namespace {

// A plain loop that compilers turn into vectors: e^x is 2^n times e^r, |r| <= ln 2 / 2, by the series of e^r. Sums and
// products stay apart, since a fused one rounds otherwise.
inline double power(double x) {
    constexpr double LEAST = -708;
    constexpr double LOG2_E = 1.4426950408889634;
    constexpr double LN2_HIGH = 6.93147180369123816490e-01; // times any n without a rounding
    constexpr double LN2_LOW = 1.90821492927058770002e-10;
    constexpr double SHIFT = 6755399441055744; // 1.5 * 2^52: no room for a fraction
    const double within = x < LEAST ? LEAST : x;
    const double shifted = within * LOG2_E + SHIFT;
    const double n = shifted - SHIFT;
    const double r = (within - n * LN2_HIGH) - n * LN2_LOW;
    double sum = 1.0 / 6227020800;
    sum = sum * r + 1.0 / 479001600;
    sum = sum * r + 1.0 / 39916800;
    sum = sum * r + 1.0 / 3628800;
    sum = sum * r + 1.0 / 362880;
    sum = sum * r + 1.0 / 40320;
    sum = sum * r + 1.0 / 5040;
    sum = sum * r + 1.0 / 720;
    sum = sum * r + 1.0 / 120;
    sum = sum * r + 1.0 / 24;
    sum = sum * r + 1.0 / 6;
    sum = sum * r + 0.5;
    sum = sum * r + 1;
    sum = sum * r + 1;
    uint64_t bits;
    std::memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1023) << 52;
    double scale;
    std::memcpy(&scale, &bits, sizeof scale);
    return x < LEAST ? 0 : sum * scale;
}

inline void plain(const float * logits, float top, int32_t count, double * out) {
    const auto largest = static_cast<double>(top);
    for (int32_t i = 0; i < count; ++i) {
        out[i] = power(static_cast<double>(logits[i]) - largest);
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void avx2(const float * logits, float top, int32_t count, double * out) {
    const auto largest = static_cast<double>(top);
    for (int32_t i = 0; i < count; ++i) {
        out[i] = power(static_cast<double>(logits[i]) - largest);
    }
}
#endif

} // namespace

void weigh(const float * logits, float top, int32_t count, double * out) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        return avx2(logits, top, count, out);
    }
#endif
    plain(logits, top, count, out);
}

} // namespace score
