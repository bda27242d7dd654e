// q4_0, q4_1, q5_0 and q5_1: by a search, where there is importance.
#ifndef SHEARLING_SIMPLE_H
#define SHEARLING_SIMPLE_H

#include "affine_search.h"
#include "simple_alone.h"
#include "symmetric_search.h"

namespace block_kernels {
namespace {

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

// What blocks become: value ~ scale * level + minimum. level = inverse * (value - base), rounded.
struct Scaling {
    alignas(64) float scale[LANES];
    alignas(64) float minimum[LANES];
    alignas(64) float inverse[LANES];
    alignas(64) float base[LANES];
};

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
            int32_t all[BLOCK];
            searched_levels<BLOCK>(source.x + (first + block) * BLOCK, scaling.inverse[block], scaling.base[block],
                SMALLEST, SMALLEST + Type::LEVELS - 1, all);
            const BlockLevels levels = {load(all), load(all + LANES)};
            Type::store(scaling.scale[block], scaling.minimum[block], levels, target + (first + block) * Type::BYTES);
        }
    });
}

} // namespace
} // namespace block_kernels

#endif
