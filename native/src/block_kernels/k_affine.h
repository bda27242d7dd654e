// q2_K, q4_K and q5_K: groups with a scale and a minimum, whose levels in turn have a scale each in the super-block.
#ifndef SHEARLING_K_AFFINE_H
#define SHEARLING_K_AFFINE_H

#include "k_affine_types.h"
#include "scale_search.h"

namespace block_kernels {
namespace {

template <typename Type>
inline void search_groups(const Source & source, int64_t first, int count, Groups & groups) {
    constexpr int PER_BLOCK = SUPER_BLOCK / Type::GROUP;
    const float * const x = source.x + first * SUPER_BLOCK;
    alignas(64) float spread[LANES];
    if (source.importance != nullptr) {
        const Floats sum = sums_of_squares(x, SUPER_BLOCK, SUPER_BLOCK, count);
        store(every(Type::SPREAD) * sum / every(static_cast<float>(SUPER_BLOCK)), spread);
    }
    for (int start = 0; start < count * PER_BLOCK; start += LANES) {
        const int here = count * PER_BLOCK - start < LANES ? count * PER_BLOCK - start : LANES;
        Array<Floats, Type::GROUP> values;
        Array<Floats, Type::GROUP> weight;
        gather<Type::GROUP>(x + start * Type::GROUP, Type::GROUP, here, values);
        Affine found;
        if (source.importance != nullptr) {
            Array<Floats, Type::GROUP> importance;
            alignas(64) float around[LANES] = {};
            gather_importance<Type::GROUP>(source, first * PER_BLOCK + start, here, importance);
            for (int lane = 0; lane < here; ++lane) {
                around[lane] = spread[(start + lane) / PER_BLOCK];
            }
            weigh<Type::GROUP>(values, importance, load(around), weight);
            found = search_affine<Type::GROUP, Type::LARGEST, false>(values, weight, MANY_STEPS);
        } else {
            Type::weigh_alone(values, weight);
            found = search_affine<Type::GROUP, Type::LARGEST, Type::ABSOLUTE>(values, weight, Type::STEPS);
        }
        store(found.scale, groups.scale + start);
        store(every(0.0f) - found.minimum, groups.minimum + start);
        store(found.inverse, groups.inverse + start);
        store(found.base, groups.base + start);
        store(found.weight, groups.weight + start);
    }
}

inline uint8_t capped(int32_t level, uint8_t cap) {
    const auto byte = static_cast<uint8_t>(level); // one below 0 becomes large
    return byte < cap ? byte : cap;
}

// As multiples of one, so that the largest becomes LARGEST_SCALE.
template <typename Type>
inline float simple_scales(const float * values, uint8_t * levels) {
    constexpr int PER_BLOCK = SUPER_BLOCK / Type::GROUP;
    float top = 0;
    for (int j = 0; j < PER_BLOCK; ++j) {
        top = values[j] > top ? values[j] : top;
    }
    const float inverse = top > 0 ? Type::LARGEST_SCALE / top : 0;
    for (int j = 0; j < PER_BLOCK; ++j) {
        levels[j] = capped(nearest(inverse * values[j]), Type::CAP_ALONE);
    }
    return top / Type::LARGEST_SCALE;
}

// By a search that knows the weights of the groups, for all super-blocks of a batch.
template <typename Type>
inline void search_scales(const Groups & groups, int count, StoredScales * out) {
    constexpr int PER_BLOCK = SUPER_BLOCK / Type::GROUP;
    alignas(64) float units[2][LANES];
    alignas(64) Array<int32_t[LANES], PER_BLOCK> found[2];
    Array<Floats, PER_BLOCK> weight;
    gather<PER_BLOCK>(groups.weight, PER_BLOCK, count, weight);
    for (int kind = 0; kind < 2; ++kind) {
        Array<Floats, PER_BLOCK> values;
        Array<Ints, PER_BLOCK> levels;
        gather<PER_BLOCK>(kind == 0 ? groups.scale : groups.minimum, PER_BLOCK, count, values);
        store(search_scales<PER_BLOCK, Type::LARGEST_SCALE>(values, weight, levels), units[kind]);
        for (int j = 0; j < PER_BLOCK; ++j) {
            store(levels[j], found[kind][j]);
        }
    }
    for (int block = 0; block < count; ++block) {
        out[block].scales_unit = units[0][block];
        out[block].minimums_unit = units[1][block];
        for (int j = 0; j < PER_BLOCK; ++j) {
            out[block].scale[j] = capped(found[0][j][block], Type::CAP);
            out[block].minimum[j] = capped(found[1][j][block], Type::CAP);
        }
    }
}

// group: the first of the super-block.
template <typename Type>
inline void store_block(const float * x, const Groups & groups, int group, StoredScales & scales, uint8_t * target) {
    constexpr int PER_BLOCK = SUPER_BLOCK / Type::GROUP;
    Type::store_scales(scales, target);
    const float scales_unit = Type::scales_unit(target);
    const float minimums_unit = Type::minimums_unit(target);
    int32_t levels[SUPER_BLOCK];
    for (int j = 0; j < PER_BLOCK; ++j) {
        const float scale = scales_unit * scales.scale[j];
        const float minimum = minimums_unit * scales.minimum[j];
        const float * const values = x + j * Type::GROUP;
        int32_t * const here = levels + j * Type::GROUP;
        if (scale != 0) {
            round_levels<Type::GROUP>(values, scale, minimum, 0, Type::LARGEST, here);
        } else { // of no use, but ggml's bytes
            searched_levels<Type::GROUP>(
                values, groups.inverse[group + j], groups.base[group + j], 0, Type::LARGEST, here);
        }
    }
    Type::store_levels(levels, target);
}

template <typename Type>
inline void quantize_affine(const Source & source, uint8_t * target) {
    constexpr int PER_BLOCK = SUPER_BLOCK / Type::GROUP;
    for_blocks<SUPER_BLOCK>(source, [&](int64_t first, int count) {
        Groups groups;
        StoredScales scales[LANES];
        search_groups<Type>(source, first, count, groups);
        if (source.importance != nullptr) {
            search_scales<Type>(groups, count, scales);
        }
        for (int block = 0; block < count; ++block) {
            const int group = block * PER_BLOCK;
            if (source.importance == nullptr) {
                scales[block].scales_unit = simple_scales<Type>(groups.scale + group, scales[block].scale);
                scales[block].minimums_unit = simple_scales<Type>(groups.minimum + group, scales[block].minimum);
            }
            store_block<Type>(source.x + (first + block) * SUPER_BLOCK, groups, group, scales[block],
                target + (first + block) * Type::BYTES);
        }
    });
}

} // namespace
} // namespace block_kernels

#endif
