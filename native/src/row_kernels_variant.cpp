// Compiled once for each variant, with SHEARLING_VARIANT as the name of its function and with the instructions it may
// use.
#include "halves.h"
#include "row_kernels.h"

#include <algorithm>
#include <cfloat>
#include <cstring>
#ifdef __F16C__
#    include <immintrin.h>
#endif

namespace row_kernels {

int64_t SHEARLING_VARIANT(Number from, const uint8_t * source, Number to, uint8_t * target, int64_t count);

namespace {

using halves::bits;
using halves::from_half;
using halves::INFINITE;
using halves::MAGNITUDE;
using halves::number;
using halves::to_half;

// What lies in the first cache, as floats, between the two steps of a conversion.
constexpr int64_t CHUNK = 1024;

template <typename T>
inline T stored(const uint8_t * source, int64_t index) {
    T value;
    std::memcpy(&value, source + index * static_cast<int64_t>(sizeof value), sizeof value);
    return value;
}

template <typename T>
inline void store(uint8_t * target, int64_t index, T value) {
    std::memcpy(target + index * static_cast<int64_t>(sizeof value), &value, sizeof value);
}

inline int32_t to_brain(float value) {
    const int32_t all = bits(value);
    const auto rounded =
        static_cast<int32_t>(static_cast<uint32_t>(all) + 0x7fffu + (static_cast<uint32_t>(all) >> 16 & 1u));
    return (all & MAGNITUDE) > INFINITE ? all >> 16 | 0x40 : rounded >> 16;
}

void to_halves(const float * values, uint8_t * target, int64_t count) {
    int64_t i = 0;
#ifdef __F16C__
    for (; i + 8 <= count; i += 8) {
        const __m256 floats = _mm256_loadu_ps(values + i);
        const __m128i halves = _mm256_cvtps_ph(floats, _MM_FROUND_TO_NEAREST_INT);
        const __m256i unordered = _mm256_castps_si256(_mm256_cmp_ps(floats, floats, _CMP_UNORD_Q));
        const __m128i nan = _mm_packs_epi32(_mm256_castsi256_si128(unordered), _mm256_extracti128_si256(unordered, 1));
        const __m128i sign = _mm_and_si128(halves, _mm_set1_epi16(-0x8000));
        const __m128i quiet = _mm_or_si128(sign, _mm_set1_epi16(0x7e00));
        const __m128i chosen = _mm_blendv_epi8(halves, quiet, nan);
        std::memcpy(target + 2 * i, &chosen, sizeof chosen);
    }
#endif
    for (; i < count; ++i) {
        store(target, i, static_cast<uint16_t>(to_half(values[i])));
    }
}

void load(Number from, const uint8_t * source, int64_t start, float * values, int64_t count) {
    switch (from) {
    case Number::F32:
        std::memcpy(
            values, source + start * static_cast<int64_t>(sizeof(float)), static_cast<size_t>(count) * sizeof(float));
        break;
    case Number::F16:
        for (int64_t i = 0; i < count; ++i) {
            values[i] = from_half(stored<uint16_t>(source, start + i));
        }
        break;
    default:
        for (int64_t i = 0; i < count; ++i) {
            values[i] = number(static_cast<int32_t>(stored<uint16_t>(source, start + i)) << 16);
        }
    }
}

// One block; whether it can be stored.
bool block(const float * values, uint8_t * target) {
    int32_t largest = 0; // as bits, which are in the order of magnitudes; those of a NaN come after all
    for (int64_t i = 0; i < BLOCK; ++i) {
        largest = std::max(largest, bits(values[i]) & MAGNITUDE);
    }
    const float scale = number(largest) / 127;
    const int32_t half = to_half(scale);
    if (largest >= INFINITE || (half & 0x7c00) == 0x7c00) {
        return false;
    }
    // The inverse of a subnormal scale can overflow. The half is then 0, so the numbers do not matter: write 0.
    const float inverse = scale == 0 ? 0 : 1 / scale;
    const float finite = inverse <= FLT_MAX ? inverse : 0;
    store(target, 0, static_cast<uint16_t>(half));
    for (int64_t i = 0; i < BLOCK; ++i) {
        const float exact = values[i] * finite;
        // Half away from zero: the float below 0.5, since 0.5 itself would round up what is a little less.
        const float away = number((bits(exact) & ~MAGNITUDE) | bits(0x1.fffffep-2f));
        target[2 + i] = static_cast<uint8_t>(static_cast<int32_t>(exact + away));
    }
    return true;
}

int64_t save(const float * values, Number to, uint8_t * target, int64_t start, int64_t count) {
    switch (to) {
    case Number::F32:
        std::memcpy(
            target + start * static_cast<int64_t>(sizeof(float)), values, static_cast<size_t>(count) * sizeof(float));
        break;
    case Number::F16:
        to_halves(values, target + 2 * start, count);
        break;
    case Number::BF16:
        for (int64_t i = 0; i < count; ++i) {
            store(target, start + i, static_cast<uint16_t>(to_brain(values[i])));
        }
        break;
    case Number::Q8_0:
        for (int64_t i = 0; i < count; i += BLOCK) {
            if (!block(values + i, target + (start + i) / BLOCK * BLOCK_BYTES)) {
                return start + i;
            }
        }
    }
    return -1;
}

} // namespace

int64_t SHEARLING_VARIANT(Number from, const uint8_t * source, Number to, uint8_t * target, int64_t count) {
    float values[CHUNK];
    int64_t bad = -1;
    for (int64_t start = 0; start < count && bad < 0; start += CHUNK) {
        const int64_t length = std::min(CHUNK, count - start);
        load(from, source, start, values, length);
        bad = save(values, to, target, start, length);
    }
    return bad;
}

} // namespace row_kernels
