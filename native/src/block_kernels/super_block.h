// What the types of super-blocks of 256 share.
#ifndef SHEARLING_SUPER_BLOCK_H
#define SHEARLING_SUPER_BLOCK_H

#include "../halves.h"
#include "groups.h"

namespace block_kernels {
namespace {

constexpr int SUPER_BLOCK = 256;

// What a search found for the groups of a batch of super-blocks, in their order; see affine_search.h.
struct Groups {
    static constexpr int COUNT = LANES * SUPER_BLOCK / 16;
    alignas(64) float scale[COUNT];
    alignas(64) float minimum[COUNT];
    alignas(64) float inverse[COUNT];
    alignas(64) float base[COUNT];
    alignas(64) float weight[COUNT];
};

inline void store_half(float value, uint8_t * target) {
    const auto half = static_cast<uint16_t>(halves::to_half(value));
    std::memcpy(target, &half, sizeof half);
}

// As a reader will see it.
inline float half_of(const uint8_t * source) {
    uint16_t half;
    std::memcpy(&half, source, sizeof half);
    return halves::from_half(half);
}

// The levels of a group, from 0. scale, minimum: as they are stored; where the scale is 0 the levels are those that the
// search found, which is of no use, but ggml's bytes.
template <int COUNT>
inline void round_group(const float * x, float scale, float minimum, float inverse, float base, int smallest,
    int largest, int32_t * levels) {
    for (int i = 0; i < COUNT; i += LANES) {
        const auto value = load<Floats>(x + i);
        const Floats exact =
            scale != 0 ? (value + every(minimum)) / every(scale) : every(inverse) * (value - every(base));
        const Ints level = clamp(nearest(exact), smallest, largest) - every(smallest);
        store(scale == 0 && inverse == 0 ? every(0) : level, levels + i);
    }
}

// Four levels of two bits to a byte, as q2_K and q3_K have them.
inline void pack_twos(const int32_t * levels, uint8_t * target) {
    for (int half = 0; half < 2; ++half) {
        const int32_t * from = levels + 128 * half;
        for (int i = 0; i < 32; ++i) {
            target[32 * half + i] = static_cast<uint8_t>(
                (from[i] & 3) | (from[i + 32] & 3) << 2 | (from[i + 64] & 3) << 4 | (from[i + 96] & 3) << 6);
        }
    }
}

// Calls `batch(first, count)` for as many super-blocks as there are lanes at a time.
template <typename Batch>
inline void for_batches(const Source & source, const Batch & batch) {
    const int64_t blocks = source.rows * source.columns / SUPER_BLOCK;
    for (int64_t first = 0; first < blocks; first += LANES) {
        batch(first, static_cast<int>(blocks - first < LANES ? blocks - first : LANES));
    }
}

} // namespace
} // namespace block_kernels

#endif
