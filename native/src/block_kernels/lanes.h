// Sixteen floats or whole numbers that are computed together: one vector of 64 bytes, or two or four smaller ones, as
// the processor has them. A lane does what a scalar program would do, in its order, so that it finds the same bytes.
// Everything is of this source alone, see halves.h.
#ifndef SHEARLING_LANES_H
#define SHEARLING_LANES_H

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace block_kernels {
namespace {

constexpr int LANES = 16;

#if defined(__AVX512F__)
constexpr int VECTOR_BYTES = 64;
#elif defined(__AVX2__)
constexpr int VECTOR_BYTES = 32;
#else
constexpr int VECTOR_BYTES = 16;
#endif

typedef float FloatVector __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t IntVector __attribute__((vector_size(VECTOR_BYTES)));

// Two halves, which may be pairs themselves.
template <typename Half>
struct Pair {
    Half low, high;
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

template <typename Mask, typename Lanes>
inline Lanes select(const Mask & mask, const Lanes & yes, const Lanes & no) {
    return mask ? yes : no;
}
template <typename M, typename H>
inline Pair<H> select(const Pair<M> & mask, const Pair<H> & yes, const Pair<H> & no) {
    return {select(mask.low, yes.low, no.low), select(mask.high, yes.high, no.high)};
}

// The second where they are equal or one is not a number, as the comparisons of ggml have it.
template <typename Lanes>
inline Lanes smaller(const Lanes & a, const Lanes & b) {
    return select(a < b, a, b);
}
template <typename Lanes>
inline Lanes larger(const Lanes & a, const Lanes & b) {
    return select(b < a, a, b);
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

inline Floats magnitude(const Floats & value) {
    return numbers(bits(value) & every(0x7fffffff));
}

inline FloatVector root(const FloatVector & value) {
    constexpr int COUNT = VECTOR_BYTES / 4;
    float all[COUNT];
    std::memcpy(all, &value, sizeof all);
    for (float & one : all) {
        one = __builtin_sqrtf(one);
    }
    FloatVector out;
    std::memcpy(&out, all, sizeof out);
    return out;
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

inline int32_t nearest(float value) {
    const float shifted = value + 0x1.8p23f;
    int32_t bits;
    std::memcpy(&bits, &shifted, sizeof bits);
    return (bits & 0x007fffff) - 0x00400000;
}

inline Ints clamp(const Ints & value, int32_t smallest, int32_t largest) {
    return larger(smaller(value, every(largest)), every(smallest));
}

template <typename Lanes, typename Number>
inline Lanes load(const Number * source) {
    static_assert(sizeof(Lanes) == LANES * sizeof(Number), "one number a lane");
    Lanes out;
    std::memcpy(&out, source, sizeof out);
    return out;
}

template <typename Lanes, typename Number>
inline void store(const Lanes & value, Number * target) {
    static_assert(sizeof(Lanes) == LANES * sizeof(Number), "one number a lane");
    std::memcpy(target, &value, sizeof value);
}

inline bool any(const Ints & mask) {
    int32_t all[LANES];
    store(mask, all);
    int32_t some = 0;
    for (const int32_t lane : all) {
        some |= lane;
    }
    return some != 0;
}

} // namespace
} // namespace block_kernels

#endif
