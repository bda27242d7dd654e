// q4_0, q4_1, q5_0 and q5_1: blocks of 32 with a scale of their own, and a minimum in the second of each pair.
#ifndef SHEARLING_SIMPLE_H
#define SHEARLING_SIMPLE_H

#include "affine_search.h"
#include "groups.h"
#include "symmetric_search.h"

namespace block_kernels {
namespace {

constexpr int BLOCK = 32;

// The mean squares of the rows of blocks, for one after another.
class Spreads {
public:
    explicit Spreads(const Source & rows) : source(rows) {}

    Floats of_blocks(int64_t first, int count) {
        const int64_t per_row = source.columns / BLOCK;
        alignas(64) float out[LANES] = {};
        for (int lane = 0; lane < count; ++lane) {
            const int64_t row = (first + lane) / per_row;
            if (row >= end) {
                look_ahead();
            }
            out[lane] = spread[row % LANES];
        }
        return load(out);
    }

private:
    const Source & source;
    int64_t end = 0;
    alignas(64) float spread[LANES];

    void look_ahead() {
        const int64_t rows = source.rows - end < LANES ? source.rows - end : LANES;
        const float * const x = source.x + end * source.columns;
        store(sums_of_squares(x, source.columns, source.columns, static_cast<int>(rows))
                / every(static_cast<float>(source.columns)),
            spread);
        end += rows;
    }
};

// Levels of four bits: the first half of a block in the lower ones.
inline void pack_nibbles(const int32_t * levels, uint8_t * target) {
    for (int i = 0; i < BLOCK / 2; ++i) {
        target[i] = static_cast<uint8_t>((levels[i] & 15) | (levels[i + BLOCK / 2] & 15) << 4);
    }
}

// The fifth bits of a block.
inline void pack_fifths(const int32_t * levels, uint8_t * target) {
    uint32_t fifths = 0;
    for (int i = 0; i < BLOCK; ++i) {
        fifths |= static_cast<uint32_t>(levels[i] >> 4) << i;
    }
    std::memcpy(target, &fifths, sizeof fifths);
}

struct Q40 {
    static constexpr int BYTES = 18;
    static constexpr int LEVELS = 16;
    static constexpr bool AFFINE = false;

    static void store(float scale, float, const int32_t * levels, uint8_t * target) {
        store_half(scale, target);
        pack_nibbles(levels, target + 2);
    }
};

struct Q41 {
    static constexpr int BYTES = 20;
    static constexpr int LEVELS = 16;
    static constexpr bool AFFINE = true;

    static void store(float scale, float minimum, const int32_t * levels, uint8_t * target) {
        store_half(scale, target);
        store_half(minimum, target + 2);
        pack_nibbles(levels, target + 4);
    }
};

struct Q50 {
    static constexpr int BYTES = 22;
    static constexpr int LEVELS = 32;
    static constexpr bool AFFINE = false;

    static void store(float scale, float, const int32_t * levels, uint8_t * target) {
        store_half(scale, target);
        pack_fifths(levels, target + 2);
        pack_nibbles(levels, target + 6);
    }
};

struct Q51 {
    static constexpr int BYTES = 24;
    static constexpr int LEVELS = 32;
    static constexpr bool AFFINE = true;

    static void store(float scale, float minimum, const int32_t * levels, uint8_t * target) {
        store_half(scale, target);
        store_half(minimum, target + 2);
        pack_fifths(levels, target + 4);
        pack_nibbles(levels, target + 8);
    }
};

// What blocks become: value ~ scale * level + minimum. level = inverse * (value - base), rounded.
struct Scaling {
    alignas(64) float scale[LANES];
    alignas(64) float minimum[LANES];
    alignas(64) float inverse[LANES];
    alignas(64) float base[LANES];
};

template <typename Type>
inline void scale_by_range(const Floats * x, Scaling & out) {
    const Floats zero = every(0.0f);
    Floats minimum = Type::AFFINE ? x[0] : zero;
    Floats scale;
    if (Type::AFFINE) {
        Floats maximum = x[0];
        for (int i = 1; i < BLOCK; ++i) {
            minimum = smaller(x[i], minimum);
            maximum = larger(x[i], maximum);
        }
        scale = (maximum - minimum) / every(static_cast<float>(Type::LEVELS - 1));
    } else {
        scale = outermost<BLOCK>(x) / every(static_cast<float>(-Type::LEVELS / 2));
    }
    store(scale, out.scale);
    store(minimum, out.minimum);
    store(select(scale == zero, zero, every(1.0f) / scale), out.inverse);
    store(minimum, out.base);
}

// Half up. The inverse of a subnormal scale can be infinite, and ggml's conversions make 0 of that.
template <typename Type>
inline void round_half_up(const float * x, float inverse, float base, int32_t * levels) {
    const float shift = Type::AFFINE ? 0.5f : static_cast<float>(Type::LEVELS) / 2 + 0.5f;
    const bool finite = inverse - inverse == 0;
    for (int i = 0; i < BLOCK; ++i) {
        const float exact = (x[i] - base) * inverse + shift;
        const auto level = static_cast<int32_t>(finite ? exact : 0.0f);
        levels[i] = level < Type::LEVELS ? level : Type::LEVELS - 1;
    }
}

template <typename Type>
inline void quantize_simple_alone(const Source & source, uint8_t * target) {
    for_blocks<BLOCK>(source, [&](int64_t first, int count) {
        Array<Floats, BLOCK> values;
        Scaling scaling;
        gather<BLOCK>(source.x + first * BLOCK, BLOCK, count, values);
        scale_by_range<Type>(values, scaling);
        for (int block = 0; block < count; ++block) {
            int32_t levels[BLOCK];
            const float * const x = source.x + (first + block) * BLOCK;
            round_half_up<Type>(x, scaling.inverse[block], scaling.base[block], levels);
            Type::store(scaling.scale[block], scaling.minimum[block], levels, target + (first + block) * Type::BYTES);
        }
    });
}

template <typename Type>
inline void search_scaling(const Floats * x, const Floats * weight, Scaling & out) {
    if (Type::AFFINE) {
        const Affine found = search_affine<BLOCK, Type::LEVELS - 1, false>(x, weight, MANY_STEPS);
        store(found.scale, out.scale);
        store(found.minimum, out.minimum);
        store(found.inverse, out.inverse);
        store(found.base, out.base);
    } else {
        const Symmetric found = search_symmetric<BLOCK, Type::LEVELS / 2>(x, weight);
        store(found.scale, out.scale);
        store(found.inverse, out.inverse);
    }
}

template <typename Type>
inline void quantize_simple(const Source & source, uint8_t * target) {
    if (source.importance == nullptr) {
        quantize_simple_alone<Type>(source, target);
        return;
    }
    constexpr int SMALLEST = Type::AFFINE ? 0 : -Type::LEVELS / 2;
    Spreads spreads(source);
    for_blocks<BLOCK>(source, [&](int64_t first, int count) {
        Array<Floats, BLOCK> values;
        Array<Floats, BLOCK> weight;
        Scaling scaling = {};
        gather<BLOCK>(source.x + first * BLOCK, BLOCK, count, values);
        gather_importance<BLOCK>(source, first, count, weight);
        weigh<BLOCK>(values, weight, spreads.of_blocks(first, count), weight);
        search_scaling<Type>(values, weight, scaling);
        for (int block = 0; block < count; ++block) {
            int32_t levels[BLOCK];
            searched_levels<BLOCK>(source.x + (first + block) * BLOCK, scaling.inverse[block], scaling.base[block],
                SMALLEST, SMALLEST + Type::LEVELS - 1, levels);
            Type::store(scaling.scale[block], scaling.minimum[block], levels, target + (first + block) * Type::BYTES);
        }
    });
}

} // namespace
} // namespace block_kernels

#endif
