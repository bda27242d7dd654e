// Floats as bits, and halves. For sources that are compiled for several processors: everything here is static, since
// the linker would keep one of several shared ones, and not every processor could run it.
#ifndef SHEARLING_HALVES_H
#define SHEARLING_HALVES_H

#include <cstdint>
#include <cstring>

namespace halves {

constexpr int32_t MAGNITUDE = 0x7fffffff;
constexpr int32_t INFINITE = 0x7f800000;

static inline float number(int32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

static inline int32_t bits(float value) {
    int32_t out;
    std::memcpy(&out, &value, sizeof out);
    return out;
}

// Each branch is computed, one is chosen: else there would be no vectors.
static inline float from_half(int32_t half) {
    const int32_t shifted = (half & 0x7fff) << 13;
    // Its exponent is put right by a product, which is exact for subnormals too.
    const int32_t finite = bits(number(shifted) * 0x1p112f);
    const int32_t magnitude = (half & 0x7c00) == 0x7c00 ? shifted | INFINITE : finite;
    return number(magnitude | (half & 0x8000) << 16);
}

// To the nearest half, ties to even; a NaN becomes the quiet one of its sign.
static inline int32_t to_half(float value) {
    const int32_t sign = bits(value) >> 16 & 0x8000;
    const int32_t magnitude = bits(value) & MAGNITUDE;
    const int32_t rebased = magnitude - ((127 - 15) << 23);
    const int32_t normal = (rebased + 0xfff + (rebased >> 13 & 1)) >> 13;
    // A multiple of 2^-24: the sum rounds it to a whole number, which is its last bits.
    const int32_t subnormal = bits(number(magnitude) * 0x1p24f + 0x1p23f) & 0x7fff;
    const int32_t finite = magnitude < 0x38800000 ? subnormal : normal;
    const int32_t large = magnitude > INFINITE ? 0x7e00 : 0x7c00;
    return sign | (magnitude >= 0x47800000 ? large : finite);
}

} // namespace halves

#endif
