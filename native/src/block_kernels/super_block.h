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
