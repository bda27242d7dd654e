// iq2_xxs, iq2_xs, iq2_s, iq3_xxs and iq3_s: blocks of 16 or 32 whose magnitudes lie on a grid, with their signs
// beside.
#ifndef SHEARLING_ON_GRID_H
#define SHEARLING_ON_GRID_H

#include "grid_types.h"

namespace block_kernels {
namespace {

template <typename Type>
inline void search_grid(const Source & source, const Grid & grid, int64_t first, int count, OnGrid<Type> & out) {
    constexpr int PER_SPREAD = SUPER_BLOCK / Type::SIZE;
    const float * const x = source.x + first * Type::SIZE;
    alignas(64) float sums[LANES];
    alignas(64) float spread[LANES] = {};
    store(every(Type::SPREAD) * sums_of_squares(x, SUPER_BLOCK, SUPER_BLOCK, count / PER_SPREAD)
            / every(static_cast<float>(SUPER_BLOCK)),
        sums);
    for (int lane = 0; lane < count; ++lane) {
        spread[lane] = sums[lane / PER_SPREAD];
    }
    Array<Floats, Type::SIZE> values;
    Array<Floats, Type::SIZE> weight;
    gather<Type::SIZE>(x, Type::SIZE, count, values);
    if (source.importance != nullptr) {
        gather_importance<Type::SIZE>(source, first, count, weight);
        weigh<Type::SIZE>(values, weight, load(spread), weight);
    } else {
        for (int i = 0; i < Type::SIZE; ++i) {
            weight[i] = Type::weigh_alone(values[i], load(spread));
        }
    }
    search_grid(grid, values, weight, out);
}

// The scales of a super-block as multiples of one; whether there is one.
template <typename Type>
inline bool store_scales(const float * scale, Stored<Type> & out) {
    float top = 0;
    for (int block = 0; block < Stored<Type>::BLOCKS; ++block) {
        top = top > scale[block] ? top : scale[block];
    }
    const float unit = top / 31;
    const float inverse = 1 / unit;
    out.unit = unit * Type::FUDGE;
    for (int block = 0; block < Stored<Type>::BLOCKS; ++block) {
        const int32_t level = nearest(0.5f * (inverse * scale[block] - 1), 0, 15);
        out.scales[block] = top == 0 ? 0 : static_cast<uint32_t>(level);
    }
    return top != 0;
}

template <typename Type>
inline void quantize_on_grid(const Source & source, uint8_t * target) {
    constexpr int GROUPS = Type::SIZE / Type::DIMENSIONS;
    constexpr int BLOCKS = Stored<Type>::BLOCKS;
    const Grid & points = grid(Type::TYPE);
    for_blocks<Type::SIZE>(source, [&](int64_t first, int count) {
        OnGrid<Type> found;
        search_grid(source, points, first, count, found);
        alignas(64) float scale[LANES];
        alignas(64) Array<int32_t[LANES], GROUPS> codes;
        alignas(64) Array<int32_t[LANES], Type::SIZE / 8> signs;
        const uint32_t empty = lanes_of(found.empty);
        store(found.scale, scale);
        for (int i = 0; i < GROUPS; ++i) {
            store(found.codes[i], codes[i]);
        }
        for (int i = 0; i < Type::SIZE / 8; ++i) {
            store(found.signs[i], signs[i]);
        }
        for (int start = 0; start < count; start += BLOCKS) {
            uint8_t * const out = target + (first + start) / BLOCKS * Type::BYTES;
            Stored<Type> stored = {};
            std::memset(out, 0, Type::BYTES);
            const bool some = store_scales(scale + start, stored);
            for (int block = 0; block < BLOCKS; ++block) {
                const int lane = start + block;
                stored.empty[block] = (empty >> lane & 1) != 0 || (!some && Type::EVEN_SIGNS);
                for (int i = 0; i < GROUPS && !stored.empty[block]; ++i) {
                    stored.indices[block][i] = points.entries[codes[i][lane]] >> 8;
                }
                for (int i = 0; i < Type::SIZE / 8 && !stored.empty[block]; ++i) {
                    stored.signs[block][i] = static_cast<uint32_t>(signs[i][lane]);
                }
            }
            Type::store(stored, out);
            store_half(some ? stored.unit : 0, out);
        }
    });
}

} // namespace
} // namespace block_kernels

#endif
