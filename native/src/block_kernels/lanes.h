// Sixteen floats or whole numbers that are computed together: one vector of 64 bytes, or two or four smaller ones, as
// the processor has them. A lane does what a scalar program would do, in its order, so that it finds the same bytes.
// Everything is of this source alone, see halves.h.
#ifndef SHEARLING_LANES_H
#define SHEARLING_LANES_H

#include "vector.h"

namespace block_kernels {
namespace {

constexpr int LANES = 16;

// Two halves, which may be pairs themselves. Copies are spelled out: gcc copies a struct by way of the memory.
template <typename Half>
struct Pair {
    Half low, high;

    Pair() = default;
    Pair(const Half & first, const Half & second) : low(first), high(second) {}
    Pair(const Pair & other) : low(other.low), high(other.high) {}
    Pair & operator=(const Pair & other) {
        low = other.low;
        high = other.high;
        return *this;
    }
};

template <typename Vector, int BYTES>
struct Wide {
    using type = Pair<typename Wide<Vector, BYTES / 2>::type>;
};
template <typename Vector>
struct Wide<Vector, VECTOR_BYTES> {
    using type = Vector;
};

using Floats = Wide<FloatVector, LANES * 4>::type;
using Ints = Wide<IntVector, LANES * 4>::type; // a comparison's are -1 where it holds, and 0

template <typename T, int COUNT>
using Array = T[static_cast<size_t>(COUNT)];

template <typename H>
inline Pair<H> operator+(const Pair<H> & a, const Pair<H> & b) {
    return {a.low + b.low, a.high + b.high};
}
template <typename H>
inline Pair<H> operator-(const Pair<H> & a, const Pair<H> & b) {
    return {a.low - b.low, a.high - b.high};
}
template <typename H>
inline Pair<H> operator*(const Pair<H> & a, const Pair<H> & b) {
    return {a.low * b.low, a.high * b.high};
}
template <typename H>
inline Pair<H> operator/(const Pair<H> & a, const Pair<H> & b) {
    return {a.low / b.low, a.high / b.high};
}
template <typename H>
inline Pair<H> operator&(const Pair<H> & a, const Pair<H> & b) {
    return {a.low & b.low, a.high & b.high};
}
template <typename H>
inline Pair<H> operator|(const Pair<H> & a, const Pair<H> & b) {
    return {a.low | b.low, a.high | b.high};
}
template <typename H>
inline Pair<H> operator^(const Pair<H> & a, const Pair<H> & b) {
    return {a.low ^ b.low, a.high ^ b.high};
}
template <typename H>
inline Pair<H> operator>>(const Pair<H> & a, int count) {
    return {a.low >> count, a.high >> count};
}
template <typename H>
inline Pair<H> operator<<(const Pair<H> & a, int count) {
    return {a.low << count, a.high << count};
}
template <typename H>
inline Pair<H> operator~(const Pair<H> & a) {
    return {~a.low, ~a.high};
}
template <typename H>
inline auto operator<(const Pair<H> & a, const Pair<H> & b) -> Pair<decltype(a.low < b.low)> {
    return {a.low < b.low, a.high < b.high};
}
template <typename H>
inline auto operator==(const Pair<H> & a, const Pair<H> & b) -> Pair<decltype(a.low == b.low)> {
    return {a.low == b.low, a.high == b.high};
}

// Every lane the same.
template <typename Lanes, typename Number>
struct Every {
    static Lanes of(Number value) { return value - Lanes{}; }
};
template <typename H, typename Number>
struct Every<Pair<H>, Number> {
    static Pair<H> of(Number value) { return {Every<H, Number>::of(value), Every<H, Number>::of(value)}; }
};
inline Floats every(float value) {
    return Every<Floats, float>::of(value);
}
inline Ints every(int32_t value) {
    return Every<Ints, int32_t>::of(value);
}

template <typename M, typename H>
inline Pair<H> select(const Pair<M> & mask, const Pair<H> & yes, const Pair<H> & no) {
    return {select(mask.low, yes.low, no.low), select(mask.high, yes.high, no.high)};
}

// The second where they are equal or one is not a number, as the comparisons of ggml have it.
template <typename H>
inline Pair<H> smaller(const Pair<H> & a, const Pair<H> & b) {
    return {smaller(a.low, b.low), smaller(a.high, b.high)};
}
template <typename H>
inline Pair<H> larger(const Pair<H> & a, const Pair<H> & b) {
    return {larger(a.low, b.low), larger(a.high, b.high)};
}

inline IntVector bits(const FloatVector & value) {
    return reinterpret_cast<IntVector>(value);
}
template <typename H>
inline auto bits(const Pair<H> & value) -> Pair<decltype(bits(value.low))> {
    return {bits(value.low), bits(value.high)};
}

inline FloatVector numbers(const IntVector & bits) {
    return reinterpret_cast<FloatVector>(bits);
}
template <typename H>
inline auto numbers(const Pair<H> & value) -> Pair<decltype(numbers(value.low))> {
    return {numbers(value.low), numbers(value.high)};
}

inline FloatVector floats(const IntVector & value) {
    return __builtin_convertvector(value, FloatVector);
}
template <typename H>
inline auto floats(const Pair<H> & value) -> Pair<decltype(floats(value.low))> {
    return {floats(value.low), floats(value.high)};
}

// Without what is behind the point.
inline IntVector truncated(const FloatVector & value) {
    return __builtin_convertvector(value, IntVector);
}
template <typename H>
inline auto truncated(const Pair<H> & value) -> Pair<decltype(truncated(value.low))> {
    return {truncated(value.low), truncated(value.high)};
}

inline Floats magnitude(const Floats & value) {
    return numbers(bits(value) & every(0x7fffffff));
}

template <typename H>
inline Pair<H> root(const Pair<H> & value) {
    return {root(value.low), root(value.high)};
}

// To the nearest, ties to even, by a sum whose last bits are the whole number; what is beyond 2^22 becomes what ggml
// makes of it.
inline Ints nearest(const Floats & value) {
    return (bits(value + every(0x1.8p23f)) & every(0x007fffff)) - every(0x00400000);
}

// For values that are below 2^22.
template <typename H>
inline Pair<H> rounded(const Pair<H> & value) {
    return {rounded(value.low), rounded(value.high)};
}

inline int32_t nearest(float value) {
    const float shifted = value + 0x1.8p23f;
    int32_t bits;
    std::memcpy(&bits, &shifted, sizeof bits);
    return (bits & 0x007fffff) - 0x00400000;
}
inline int32_t nearest(float value, int32_t smallest, int32_t largest) {
    const int32_t whole = nearest(value);
    return whole < smallest ? smallest : whole > largest ? largest : whole;
}

template <typename Lanes, typename Number>
inline Lanes clamp(const Lanes & value, Number smallest, Number largest) {
    return larger(smaller(value, every(largest)), every(smallest));
}

// `source` has a number for every lane.
template <typename Lanes>
struct Memory {
    template <typename Number>
    static Lanes load(const Number * source) {
        return load_vector(source);
    }
    template <typename Number>
    static void store(const Lanes & value, Number * target) {
        store_vector(value, target);
    }
};
template <typename H>
struct Memory<Pair<H>> {
    template <typename Number>
    static Pair<H> load(const Number * source) {
        return {Memory<H>::load(source), Memory<H>::load(source + sizeof(H) / sizeof(Number))};
    }
    template <typename Number>
    static void store(const Pair<H> & value, Number * target) {
        Memory<H>::store(value.low, target);
        Memory<H>::store(value.high, target + sizeof(H) / sizeof(Number));
    }
};
inline Ints load(const int32_t * source) {
    return Memory<Ints>::load(source);
}
inline Floats load(const float * source) {
    return Memory<Floats>::load(source);
}
inline void store(const Floats & value, float * target) {
    Memory<Floats>::store(value, target);
}
inline void store(const Ints & value, int32_t * target) {
    Memory<Ints>::store(value, target);
}

// A byte for every lane, which holds 0 to 255.
inline void store_bytes(const Ints & value, uint8_t * target) {
#if defined(__AVX512F__)
    const __m128i bytes = _mm512_maskz_cvtepi32_epi8(EVERY_LANE, reinterpret_cast<__m512i>(value));
    std::memcpy(target, &bytes, sizeof bytes);
#elif defined(__AVX2__)
    const __m256i pairs =
        _mm256_packus_epi32(reinterpret_cast<__m256i>(value.low), reinterpret_cast<__m256i>(value.high));
    const __m256i words = _mm256_permute4x64_epi64(pairs, 0xd8);
    const __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    std::memcpy(target, &bytes, sizeof bytes);
#else
    int32_t all[LANES];
    store(value, all);
    for (int lane = 0; lane < LANES; ++lane) {
        target[lane] = static_cast<uint8_t>(all[lane]);
    }
#endif
}

// A bit for every lane where a comparison holds.
template <typename H>
inline uint32_t lanes_of(const Pair<H> & mask) {
    return lanes_of(mask.low) | lanes_of(mask.high) << (sizeof(H) / sizeof(int32_t));
}
inline bool any(const Ints & mask) {
    return lanes_of(mask) != 0;
}

template <typename H>
inline float smallest_of(const Pair<H> & value) {
    return smallest_of(smaller(value.low, value.high));
}

template <typename I>
inline Pair<FloatVector> lookup(const FloatVector & table, const Pair<I> & index) {
    return {lookup(table, index.low), lookup(table, index.high)};
}

} // namespace
} // namespace block_kernels

#endif
