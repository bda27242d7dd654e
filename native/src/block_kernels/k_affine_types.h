// q2_K, q4_K and q5_K: what is their own. See k_affine.h.
#ifndef SHEARLING_K_AFFINE_TYPES_H
#define SHEARLING_K_AFFINE_TYPES_H

#include "affine_search.h"
#include "super_block.h"

namespace block_kernels {
namespace {

// The scales of a super-block as they are stored: bytes, and the halves that they are multiples of.
struct StoredScales {
    uint8_t scale[SUPER_BLOCK / 16];
    uint8_t minimum[SUPER_BLOCK / 16];
    float scales_unit;
    float minimums_unit;
};

struct Q2K {
    static constexpr int BYTES = 84;
    static constexpr int GROUP = 16;
    static constexpr int LARGEST = 3;
    static constexpr int LARGEST_SCALE = 15;
    static constexpr int CAP_ALONE = 255; // of scales as bytes, without importance
    static constexpr int CAP = 255;
    static constexpr bool ABSOLUTE = true; // loss without importance
    static constexpr float SPREAD = 1; // of the mean square, in the weights
    static constexpr Steps STEPS{-0.5f, 0.1f, 16};

    static void weigh_alone(const Floats * x, Floats * weight) {
        for (int i = 0; i < GROUP; ++i) {
            weight[i] = magnitude(x[i]);
        }
    }

    static void store_scales(StoredScales & scales, uint8_t * target) {
        for (int j = 0; j < 16; ++j) {
            target[j] = static_cast<uint8_t>(scales.scale[j] | scales.minimum[j] << 4);
            scales.scale[j] = target[j] & 15;
            scales.minimum[j] = target[j] >> 4;
        }
        store_half(scales.scales_unit, target + 80);
        store_half(scales.minimums_unit, target + 82);
    }

    static float scales_unit(const uint8_t * target) { return half_of(target + 80); }
    static float minimums_unit(const uint8_t * target) { return half_of(target + 82); }

    static void store_levels(const int32_t * levels, uint8_t * target) { pack_twos(levels, target + 16); }
};

// What q4_K and q5_K share.
struct Q45K {
    static constexpr int GROUP = 32;
    static constexpr int LARGEST_SCALE = 63;
    static constexpr int CAP_ALONE = 63;
    static constexpr bool ABSOLUTE = false;
    static constexpr float SPREAD = 2;

    static void weigh_alone(const Floats * x, Floats * weight) {
        Floats sum = every(0.0f);
        for (int i = 0; i < GROUP; ++i) {
            sum = sum + x[i] * x[i];
        }
        const Floats mean = root(sum / every(static_cast<float>(GROUP)));
        for (int i = 0; i < GROUP; ++i) {
            weight[i] = mean + magnitude(x[i]);
        }
    }

    // Six bits each: the upper two of the last four lie in the first eight bytes.
    static void store_scales(StoredScales & scales, uint8_t * target) {
        store_half(scales.scales_unit, target);
        store_half(scales.minimums_unit, target + 2);
        uint8_t * const packed = target + 4;
        for (int j = 0; j < 4; ++j) {
            packed[j] = static_cast<uint8_t>(scales.scale[j] | (scales.scale[j + 4] >> 4) << 6);
            packed[j + 4] = static_cast<uint8_t>(scales.minimum[j] | (scales.minimum[j + 4] >> 4) << 6);
            packed[j + 8] = static_cast<uint8_t>((scales.scale[j + 4] & 15) | (scales.minimum[j + 4] & 15) << 4);
        }
        for (int j = 0; j < 4; ++j) {
            scales.scale[j] = packed[j] & 63;
            scales.minimum[j] = packed[j + 4] & 63;
            scales.scale[j + 4] = static_cast<uint8_t>((packed[j + 8] & 15) | (packed[j] >> 6) << 4);
            scales.minimum[j + 4] = static_cast<uint8_t>(packed[j + 8] >> 4 | (packed[j + 4] >> 6) << 4);
        }
    }

    static float scales_unit(const uint8_t * target) { return half_of(target); }
    static float minimums_unit(const uint8_t * target) { return half_of(target + 2); }

    static void store_nibbles(const int32_t * levels, uint8_t * target) {
        for (int quarter = 0; quarter < 4; ++quarter) {
            const int32_t * from = levels + 64 * quarter;
            for (int i = 0; i < 32; ++i) {
                target[32 * quarter + i] = static_cast<uint8_t>((from[i] & 15) | (from[i + 32] & 15) << 4);
            }
        }
    }
};

struct Q4K : Q45K {
    static constexpr int BYTES = 144;
    static constexpr int LARGEST = 15;
    static constexpr int CAP = 255;
    static constexpr Steps STEPS{-1.0f, 0.1f, 21};

    static void store_levels(const int32_t * levels, uint8_t * target) { store_nibbles(levels, target + 16); }
};

struct Q5K : Q45K {
    static constexpr int BYTES = 176;
    static constexpr int LARGEST = 31;
    static constexpr int CAP = 63;
    static constexpr Steps STEPS{-0.5f, 0.1f, 16};

    static void store_levels(const int32_t * levels, uint8_t * target) {
        for (int i = 0; i < 32; ++i) {
            int32_t fifth = 0;
            for (int j = 0; j < 8; ++j) {
                fifth |= (levels[32 * j + i] >> 4) << j;
            }
            target[16 + i] = static_cast<uint8_t>(fifth);
        }
        store_nibbles(levels, target + 48);
    }
};

} // namespace
} // namespace block_kernels

#endif
