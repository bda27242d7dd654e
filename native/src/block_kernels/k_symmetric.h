// What q3_K and q6_K share: groups with a scale of either sign, which in turn have one in the super-block.
#ifndef SHEARLING_K_SYMMETRIC_H
#define SHEARLING_K_SYMMETRIC_H

#include "super_block.h"
#include "symmetric_search.h"

namespace block_kernels {
namespace {

constexpr int K_GROUP = 16;
constexpr int K_GROUPS = SUPER_BLOCK / K_GROUP;
static_assert(K_GROUPS == LANES, "a super-block at a time");

// The scales of a super-block, as multiples of one.
struct Scales {
    int32_t level[K_GROUPS];
    float unit;
};

// As multiples of the outermost; whether there is one of at least `smallest`.
inline bool simple_scales(const float * scales, float range, float smallest, int largest, Scales & out) {
    float size = 0;
    float extreme = 0;
    for (int j = 0; j < K_GROUPS; ++j) {
        const float here = scales[j] < 0 ? -scales[j] : scales[j];
        extreme = here > size ? scales[j] : extreme;
        size = here > size ? here : size;
    }
    if (size < smallest || extreme == 0) {
        std::memset(&out, 0, sizeof out);
        return false;
    }
    const float inverse = -range / extreme;
    out.unit = 1 / inverse;
    for (int j = 0; j < K_GROUPS; ++j) {
        const int32_t level = nearest(inverse * scales[j]);
        out.level[j] = level < largest ? level : largest;
    }
    return true;
}

// searched(group, levels): the levels that a search found, for groups whose stored scale is 0. They are of no use, but
// ggml's bytes.
template <typename Type, typename Searched>
inline void store_block(const float * x, const Scales & scales, const Searched & searched, uint8_t * target) {
    Type::store_scales(scales.level, scales.unit, target);
    const float unit = Type::unit(target);
    int32_t levels[SUPER_BLOCK];
    for (int j = 0; j < K_GROUPS; ++j) {
        const float scale = unit * static_cast<float>(scales.level[j]);
        if (scale != 0) {
            round_levels<K_GROUP>(x + j * K_GROUP, scale, 0, -Type::RANGE, Type::RANGE - 1, levels + j * K_GROUP);
        } else {
            searched(j, levels + j * K_GROUP);
        }
    }
    Type::store_levels(levels, target);
}

// For the search by scales.
template <typename Type>
inline void store_searched(const float * x, const Scales & scales, const float * inverse, uint8_t * target) {
    const auto searched = [&](int j, int32_t * levels) {
        searched_levels<K_GROUP>(x + j * K_GROUP, inverse[j], 0, -Type::RANGE, Type::RANGE - 1, levels);
    };
    store_block<Type>(x, scales, searched, target);
}

} // namespace
} // namespace block_kernels

#endif
