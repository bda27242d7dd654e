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
constexpr __mmask16 ALL = 0xffff; // gcc 12 warns of the functions without a mask (its bug 105593)
inline FloatVector smaller(const FloatVector & a, const FloatVector & b) {
    return _mm512_maskz_min_ps(ALL, a, b);
}
inline FloatVector larger(const FloatVector & a, const FloatVector & b) {
    return _mm512_maskz_max_ps(ALL, a, b);
}
inline IntVector smaller(const IntVector & a, const IntVector & b) {
    return reinterpret_cast<IntVector>(
        _mm512_maskz_min_epi32(ALL, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}
inline IntVector larger(const IntVector & a, const IntVector & b) {
    return reinterpret_cast<IntVector>(
        _mm512_maskz_max_epi32(ALL, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}
inline FloatVector root(const FloatVector & value) {
    return _mm512_maskz_sqrt_ps(ALL, value);
}
inline FloatVector rounded(const FloatVector & value) {
    return _mm512_maskz_roundscale_ps(ALL, value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
inline bool any(const IntVector & mask) {
    return _mm512_movepi32_mask(reinterpret_cast<__m512i>(mask)) != 0;
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
inline bool any(const IntVector & mask) {
    return _mm256_movemask_ps(reinterpret_cast<__m256>(mask)) != 0;
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
inline bool any(const IntVector & mask) {
    int64_t halves[2];
    std::memcpy(halves, &mask, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}
#endif

// Vectors that lie anywhere.
typedef float LooseFloats __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef int32_t LooseInts __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));

inline FloatVector load_vector(const float * source) {
    return *reinterpret_cast<const LooseFloats *>(source);
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
