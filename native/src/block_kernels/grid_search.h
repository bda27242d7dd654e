// The search for points of a grid: groups of 4 or 8 magnitudes become 2 * level + 1, times a scale of the block.
#ifndef SHEARLING_GRID_SEARCH_H
#define SHEARLING_GRID_SEARCH_H

#include "grids.h"
#include "lanes.h"

namespace block_kernels {
namespace {

// The weighted squares of the differences from the value in one dimension of a group, for points whose levels in it are
// the lowest bits of lanes.
template <int BITS, bool BY_TABLE>
struct Cost;

// From a table of all levels, which the lookup finds repeated for the bits above.
template <int BITS>
struct Cost<BITS, true> {
    FloatVector table;

    void prepare(float value, float weight, float scale) {
        constexpr int COUNT = VECTOR_BYTES / 4;
        FloatVector difference;
        for (int i = 0; i < COUNT; ++i) {
            difference[i] = static_cast<float>(2 * (i & ((1 << BITS) - 1)) + 1);
        }
        difference = scale * difference - value;
        table = weight * difference * difference;
    }
    template <typename Codes>
    Floats of(const Codes & codes) const {
        return lookup(table, codes);
    }
};

template <int BITS>
struct Cost<BITS, false> {
    float value, weight, scale;

    void prepare(float a_value, float a_weight, float a_scale) {
        value = a_value;
        weight = a_weight;
        scale = a_scale;
    }
    Floats of(const Ints & codes) const {
        const Ints odd = ((codes & every((1 << BITS) - 1)) << 1) + every(1);
        const Floats difference = every(scale) * floats(odd) - every(value);
        return every(weight) * difference * difference;
    }
};

// The code of the neighbour that is nearest to a group for this scale; the first of several. The group's values and
// weights are LANES apart.
template <int DIMENSIONS, int BITS>
inline int32_t nearest_neighbour(
    const float * values, const float * weights, float scale, const int32_t * neighbours, uint32_t sixteens) {
    Array<Cost<BITS, HAS_LOOKUP>, DIMENSIONS> costs;
    for (int i = 0; i < DIMENSIONS; ++i) {
        costs[i].prepare(values[i * LANES], weights[i * LANES], scale);
    }
    int32_t code = neighbours[0];
    float least = 0;
    for (uint32_t start = 0; start < sixteens * LANES; start += LANES) {
        const Ints codes = load(neighbours + start);
        Floats sum = costs[0].of(codes);
        for (int i = 1; i < DIMENSIONS; ++i) {
            sum = sum + costs[i].of(codes >> (BITS * i));
        }
        const float here = smallest_of(sum);
        if (start == 0 || here < least) {
            least = here;
            const uint32_t equal = lanes_of(sum == every(here));
            code = neighbours[start + static_cast<uint32_t>(equal == 0 ? 0 : __builtin_ctz(equal))];
        }
    }
    return code;
}

} // namespace
} // namespace block_kernels

#endif
