// q3_K.
#ifndef SHEARLING_Q3_K_H
#define SHEARLING_Q3_K_H

#include "k_symmetric.h"
#include "scale_search.h"

namespace block_kernels {
namespace {

struct Q3K {
    static constexpr int BYTES = 110;
    static constexpr int RANGE = 4;

    // scales: -32 to 31.
    static void store_scales(const int32_t * scales, float unit, uint8_t * target) {
        uint8_t * const packed = target + 96;
        std::memset(packed, 0, 12);
        for (int j = 0; j < K_GROUPS; ++j) {
            const int32_t scale = scales[j] + 32;
            packed[j % 8] = static_cast<uint8_t>(packed[j % 8] | (scale & 15) << (j < 8 ? 0 : 4));
            packed[8 + j % 4] = static_cast<uint8_t>(packed[8 + j % 4] | (scale >> 4) << (2 * (j / 4)));
        }
        store_half(unit, target + 108);
    }

    static float unit(const uint8_t * target) { return half_of(target + 108); }

    static void store_levels(const int32_t * levels, uint8_t * target) {
        for (int i = 0; i < 32; ++i) {
            int32_t third = 0;
            for (int j = 0; j < 8; ++j) {
                third |= (levels[32 * j + i] >> 2) << j;
            }
            target[i] = static_cast<uint8_t>(third);
        }
        pack_twos(levels, target + 32);
    }
};

// What the search without importance finds: levels one by one, from -RANGE.
struct Refined {
    Floats scale;
    Array<Ints, K_GROUP> level;
};

inline Refined refine_q3_k(const Floats * x) {
    const Floats zero = every(0.0f);
    const Floats extreme = outermost<K_GROUP>(x);
    const Floats inverse = every(static_cast<float>(-Q3K::RANGE)) / extreme;
    Array<Floats, K_GROUP> weight;
    Refined out;
    Sums sums{zero, zero};
    for (int i = 0; i < K_GROUP; ++i) {
        weight[i] = x[i] * x[i];
        out.level[i] = clamp(nearest(inverse * x[i]), -Q3K::RANGE, Q3K::RANGE - 1);
        const Floats level = floats(out.level[i]);
        sums.xl = sums.xl + weight[i] * x[i] * level;
        sums.l2 = sums.l2 + weight[i] * level * level;
    }
    refine<K_GROUP>(x, weight, -Q3K::RANGE, Q3K::RANGE - 1, out.level, sums);
    const Ints empty = magnitude(extreme) < every(SMALLEST_GROUP);
    for (Ints & level : out.level) {
        level = select(empty, every(-Q3K::RANGE), level);
    }
    out.scale = select(empty | ~(zero < sums.l2), zero, sums.xl / sums.l2);
    return out;
}

inline void quantize_q3_k_alone(const Source & source, uint8_t * target) {
    const int64_t blocks = source.rows * source.columns / SUPER_BLOCK;
    for (int64_t block = 0; block < blocks; ++block) {
        const float * const x = source.x + block * SUPER_BLOCK;
        Array<Floats, K_GROUP> values;
        gather<K_GROUP>(x, K_GROUP, LANES, values);
        const Refined found = refine_q3_k(values);
        alignas(64) float scale[LANES];
        store(found.scale, scale);
        Scales scales;
        if (!simple_scales(scale, 32, 0, 31, scales)) {
            for (int32_t & level : scales.level) {
                level = -32;
            }
        }
        const auto searched = [&](int j, int32_t * levels) {
            for (int i = 0; i < K_GROUP; ++i) {
                int32_t of_groups[LANES];
                store(found.level[i], of_groups);
                levels[i] = of_groups[j] + Q3K::RANGE;
            }
        };
        store_block<Q3K>(x, scales, searched, target + block * Q3K::BYTES);
    }
}

// What the search with importance finds in a batch: the groups of a super-block in a row.
struct WeightedGroups {
    alignas(64) float scale[LANES][LANES];
    alignas(64) float inverse[LANES][LANES];
    alignas(64) float weight[LANES][LANES];
};

inline void search_groups(const Source & source, int64_t first, int count, WeightedGroups & out) {
    const float * const x = source.x + first * SUPER_BLOCK;
    alignas(64) float spread[LANES];
    const Floats sum_of_squares = sums_of_squares(x, SUPER_BLOCK, SUPER_BLOCK, count);
    store(every(2.0f) * sum_of_squares / every(static_cast<float>(SUPER_BLOCK)), spread);
    for (int block = 0; block < count; ++block) {
        Array<Floats, K_GROUP> values;
        Array<Floats, K_GROUP> weight;
        gather<K_GROUP>(x + block * SUPER_BLOCK, K_GROUP, LANES, values);
        gather_importance<K_GROUP>(source, (first + block) * K_GROUPS, LANES, weight);
        weigh<K_GROUP>(values, weight, every(spread[block]), weight);
        Floats sum = every(0.0f);
        for (const Floats & one : weight) {
            sum = sum + one;
        }
        const Symmetric found = search_symmetric<K_GROUP, Q3K::RANGE>(values, weight);
        store(found.scale, out.scale[block]);
        store(found.inverse, out.inverse[block]);
        store(sum, out.weight[block]);
    }
}

inline void quantize_q3_k_weighted(const Source & source, uint8_t * target) {
    for_blocks<SUPER_BLOCK>(source, [&](int64_t first, int count) {
        WeightedGroups groups;
        search_groups(source, first, count, groups);
        Array<Floats, K_GROUPS> values;
        Array<Floats, K_GROUPS> weight;
        gather<K_GROUPS>(groups.scale[0], K_GROUPS, count, values);
        gather<K_GROUPS>(groups.weight[0], K_GROUPS, count, weight);
        const Symmetric found = search_symmetric<K_GROUPS, 32>(values, weight);
        alignas(64) float unit[LANES];
        alignas(64) float inverse[LANES];
        store(found.scale, unit);
        store(found.inverse, inverse);
        for (int block = 0; block < count; ++block) {
            Scales scales;
            scales.unit = unit[block];
            for (int j = 0; j < K_GROUPS; ++j) {
                scales.level[j] = inverse[block] == 0 ? -32 : nearest(inverse[block] * groups.scale[block][j], -32, 31);
            }
            store_searched<Q3K>(source.x + (first + block) * SUPER_BLOCK, scales, groups.inverse[block],
                target + (first + block) * Q3K::BYTES);
        }
    });
}

inline void quantize_q3_k(const Source & source, uint8_t * target) {
    if (source.importance == nullptr) {
        quantize_q3_k_alone(source, target);
    } else {
        quantize_q3_k_weighted(source, target);
    }
}

} // namespace
} // namespace block_kernels

#endif
