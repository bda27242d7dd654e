// The vectors of a processor, and what the compiler has no operators for.
#ifndef SHEARLING_VECTOR_H
#define SHEARLING_VECTOR_H

#include <cstddef>
#include <cstdint>
#include <cstring>
#ifdef __SSE2__
#    include <immintrin.h>
#endif

namespace block_kernels {
namespace {

#if defined(__AVX512F__)
constexpr int VECTOR_BYTES = 64;
#elif defined(__AVX2__)
constexpr int VECTOR_BYTES = 32;
#else
constexpr int VECTOR_BYTES = 16;
#endif

typedef float FloatVector __attribute__((vector_size(VECTOR_BYTES)));
typedef int32_t IntVector __attribute__((vector_size(VECTOR_BYTES)));

template <typename Vector>
inline Vector select(const IntVector & mask, const Vector & yes, const Vector & no) {
    return mask ? yes : no;
}

// Compilers make two instructions of the comparison and the choice, where one is enough.
#if defined(__AVX512F__)
constexpr __mmask16 EVERY_LANE = 0xffff; // gcc 12 warns of the functions without a mask (its bug 105593)
inline FloatVector smaller(const FloatVector & a, const FloatVector & b) {
    return _mm512_maskz_min_ps(EVERY_LANE, a, b);
}
inline FloatVector larger(const FloatVector & a, const FloatVector & b) {
    return _mm512_maskz_max_ps(EVERY_LANE, a, b);
}
inline IntVector smaller(const IntVector & a, const IntVector & b) {
    return reinterpret_cast<IntVector>(
        _mm512_maskz_min_epi32(EVERY_LANE, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}
inline IntVector larger(const IntVector & a, const IntVector & b) {
    return reinterpret_cast<IntVector>(
        _mm512_maskz_max_epi32(EVERY_LANE, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}
inline FloatVector root(const FloatVector & value) {
    return _mm512_maskz_sqrt_ps(EVERY_LANE, value);
}
inline FloatVector rounded(const FloatVector & value) {
    return _mm512_maskz_roundscale_ps(EVERY_LANE, value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
inline uint32_t lanes_of(const IntVector & mask) {
    return _mm512_movepi32_mask(reinterpret_cast<__m512i>(mask));
}
inline FloatVector lookup(const FloatVector & table, const IntVector & index) {
    return _mm512_maskz_permutexvar_ps(EVERY_LANE, reinterpret_cast<__m512i>(index), table);
}
#elif defined(__AVX2__)
inline FloatVector smaller(const FloatVector & a, const FloatVector & b) {
    return _mm256_min_ps(a, b);
}
inline FloatVector larger(const FloatVector & a, const FloatVector & b) {
    return _mm256_max_ps(a, b);
}
inline IntVector smaller(const IntVector & a, const IntVector & b) {
    return reinterpret_cast<IntVector>(_mm256_min_epi32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
}
inline IntVector larger(const IntVector & a, const IntVector & b) {
    return reinterpret_cast<IntVector>(_mm256_max_epi32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
}
inline FloatVector root(const FloatVector & value) {
    return _mm256_sqrt_ps(value);
}
inline FloatVector rounded(const FloatVector & value) {
    return _mm256_round_ps(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
inline uint32_t lanes_of(const IntVector & mask) {
    return static_cast<uint32_t>(_mm256_movemask_ps(reinterpret_cast<__m256>(mask)));
}
inline FloatVector lookup(const FloatVector & table, const IntVector & index) {
    return _mm256_permutevar8x32_ps(table, reinterpret_cast<__m256i>(index));
}
#else
template <typename Vector>
inline Vector smaller(const Vector & a, const Vector & b) {
    return a < b ? a : b;
}
template <typename Vector>
inline Vector larger(const Vector & a, const Vector & b) {
    return b < a ? a : b;
}
#    ifdef __SSE2__
inline FloatVector smaller(const FloatVector & a, const FloatVector & b) {
    return _mm_min_ps(a, b);
}
inline FloatVector larger(const FloatVector & a, const FloatVector & b) {
    return _mm_max_ps(a, b);
}
#    endif
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
inline FloatVector rounded(const FloatVector & value) {
    return value + 0x1.8p23f - 0x1.8p23f;
}
#    ifdef __SSE2__
inline uint32_t lanes_of(const IntVector & mask) {
    return static_cast<uint32_t>(_mm_movemask_ps(reinterpret_cast<__m128>(mask)));
}
#    else
inline uint32_t lanes_of(const IntVector & mask) {
    return static_cast<uint32_t>((mask[0] & 1) | (mask[1] & 2) | (mask[2] & 4) | (mask[3] & 8));
}
#    endif
#endif

// Whether there is `lookup(table, index)`: the numbers of a table of VECTOR_BYTES / 4 by the lowest bits of the
// indices.
constexpr bool HAS_LOOKUP = VECTOR_BYTES > 16;

// The smallest of the lanes.
inline float smallest_of(const FloatVector & value) {
#ifdef __SSE2__
#    if defined(__AVX512F__)
    const __m256 half =
        _mm256_min_ps(_mm512_maskz_extractf32x8_ps(0xff, value, 0), _mm512_maskz_extractf32x8_ps(0xff, value, 1));
#    elif defined(__AVX2__)
    const __m256 half = value;
#    endif
#    ifdef __AVX2__
    const __m128 four = _mm_min_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
#    else
    const __m128 four = value;
#    endif
    const __m128 two = _mm_min_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_min_ss(two, _mm_shuffle_ps(two, two, 1)));
#else
    const float low = value[0] < value[1] ? value[0] : value[1];
    const float high = value[2] < value[3] ? value[2] : value[3];
    return low < high ? low : high;
#endif
}

// Vectors that lie anywhere.
typedef float LooseFloats __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef int32_t LooseInts __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));

inline FloatVector load_vector(const float * source) {
    return *reinterpret_cast<const LooseFloats *>(source);
}
inline IntVector load_vector(const int32_t * source) {
    return *reinterpret_cast<const LooseInts *>(source);
}
inline void store_vector(const FloatVector & value, float * target) {
    *reinterpret_cast<LooseFloats *>(target) = value;
}
inline void store_vector(const IntVector & value, int32_t * target) {
    *reinterpret_cast<LooseInts *>(target) = value;
}

} // namespace
} // namespace block_kernels

#endif
