// q4_0, q4_1, q5_0 and q5_1 without importance: the range of a block says all.
#ifndef SHEARLING_SIMPLE_ALONE_H
#define SHEARLING_SIMPLE_ALONE_H

#include "simple_types.h"

namespace block_kernels {
namespace {

// value ~ scale * level + minimum.
struct Range {
    float scale, minimum;
};

// The first value of a block that equals `value` in `of`, which are functions of the values. Zeros of both signs are
// equal, and the bytes tell which it was.
inline float first_equal(const float * x, const Array<Floats, 2> & of, float value) {
    const uint32_t equal = lanes_of(of[0] == every(value)) | lanes_of(of[1] == every(value)) << LANES;
    return x[__builtin_ctz(equal)];
}

template <typename Type>
inline Range range_of(const float * x) {
    const Ints minus = every(INT32_MIN);
    const Array<Floats, 2> values = {load(x), load(x + LANES)};
    if (Type::AFFINE) {
        const Array<Floats, 2> opposite = {numbers(bits(values[0]) ^ minus), numbers(bits(values[1]) ^ minus)};
        const float minimum = first_equal(x, values, smallest_of(smaller(values[0], values[1])));
        const float maximum = first_equal(x, opposite, smallest_of(smaller(opposite[0], opposite[1])));
        return {(maximum - minimum) / static_cast<float>(Type::LEVELS - 1), minimum};
    }
    const Array<Floats, 2> below = {numbers(bits(values[0]) | minus), numbers(bits(values[1]) | minus)};
    const float extreme = first_equal(x, below, smallest_of(smaller(below[0], below[1])));
    return {(extreme == 0 ? 0 : extreme) / static_cast<float>(-Type::LEVELS / 2), 0};
}

// Half up. The inverse of a subnormal scale can be infinite, and ggml's conversions make 0 of that.
template <typename Type>
inline void round_half_up(const float * x, const Range & range, BlockLevels & levels) {
    const float shift = Type::AFFINE ? 0.5f : static_cast<float>(Type::LEVELS) / 2 + 0.5f;
    const float inverse = range.scale == 0 ? 0 : 1 / range.scale;
    const bool finite = inverse - inverse == 0;
    for (int half = 0; half < 2; ++half) {
        const Floats above = load(x + half * LANES) - every(range.minimum);
        const Ints level = truncated(above * every(finite ? inverse : 0.0f) + every(finite ? shift : 0.0f));
        levels[half] = smaller(level, every(Type::LEVELS - 1));
    }
}

template <typename Type>
inline void quantize_simple_alone(const Source & source, uint8_t * target) {
    const int64_t blocks = source.rows * source.columns / BLOCK;
    for (int64_t block = 0; block < blocks; ++block) {
        const float * const x = source.x + block * BLOCK;
        const Range range = range_of<Type>(x);
        BlockLevels levels;
        round_half_up<Type>(x, range, levels);
        Type::store(range.scale, range.minimum, levels, target + block * Type::BYTES);
    }
}

} // namespace
} // namespace block_kernels

#endif
