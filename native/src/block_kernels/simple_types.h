// q4_0, q4_1, q5_0 and q5_1: blocks of 32 with a scale of their own, and a minimum in the second of each pair.
#ifndef SHEARLING_SIMPLE_TYPES_H
#define SHEARLING_SIMPLE_TYPES_H

#include "groups.h"

namespace block_kernels {
namespace {

constexpr int BLOCK = 32;

// The levels of a block: of its first half and of its second.
using BlockLevels = Array<Ints, 2>;

// Four bits of each, the first half in the lower ones.
inline void pack_nibbles(const BlockLevels & levels, uint8_t * target) {
    store_bytes((levels[0] & every(15)) | (levels[1] & every(15)) << 4, target);
}

// The fifth bits.
inline void pack_fifths(const BlockLevels & levels, uint8_t * target) {
    const Ints largest = every(15);
    const uint32_t fifths = lanes_of(largest < levels[0]) | lanes_of(largest < levels[1]) << LANES;
    std::memcpy(target, &fifths, sizeof fifths);
}

struct Q40 {
    static constexpr int BYTES = 18;
    static constexpr int LEVELS = 16;
    static constexpr bool AFFINE = false;

    static void store(float scale, float, const BlockLevels & levels, uint8_t * target) {
        store_half(scale, target);
        pack_nibbles(levels, target + 2);
    }
};

struct Q41 {
    static constexpr int BYTES = 20;
    static constexpr int LEVELS = 16;
    static constexpr bool AFFINE = true;

    static void store(float scale, float minimum, const BlockLevels & levels, uint8_t * target) {
        store_half(scale, target);
        store_half(minimum, target + 2);
        pack_nibbles(levels, target + 4);
    }
};

struct Q50 {
    static constexpr int BYTES = 22;
    static constexpr int LEVELS = 32;
    static constexpr bool AFFINE = false;

    static void store(float scale, float, const BlockLevels & levels, uint8_t * target) {
        store_half(scale, target);
        pack_fifths(levels, target + 2);
        pack_nibbles(levels, target + 6);
    }
};

struct Q51 {
    static constexpr int BYTES = 24;
    static constexpr int LEVELS = 32;
    static constexpr bool AFFINE = true;

    static void store(float scale, float minimum, const BlockLevels & levels, uint8_t * target) {
        store_half(scale, target);
        store_half(minimum, target + 2);
        pack_fifths(levels, target + 4);
        pack_nibbles(levels, target + 8);
    }
};

} // namespace
} // namespace block_kernels

#endif
