// What the types of super-blocks of 256 share.
#ifndef SHEARLING_SUPER_BLOCK_H
#define SHEARLING_SUPER_BLOCK_H

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

} // namespace
} // namespace block_kernels

#endif
