// q3_K and q6_K: groups with a scale of either sign, which in turn have one in the super-block.
#ifndef SHEARLING_K_SYMMETRIC_H
#define SHEARLING_K_SYMMETRIC_H

#include "scale_search.h"
#include "super_block.h"

namespace block_kernels {
namespace {

constexpr int GROUP = 16;
constexpr int PER_BLOCK = SUPER_BLOCK / GROUP;
static_assert(PER_BLOCK == LANES, "a super-block at a time");

struct Q3K {
    static constexpr int BYTES = 110;
    static constexpr int RANGE = 4;

    // scales: -32 to 31.
    static void store_scales(const int32_t * scales, float unit, uint8_t * target) {
        uint8_t * const packed = target + 96;
        std::memset(packed, 0, 12);
        for (int j = 0; j < PER_BLOCK; ++j) {
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

struct Q6K {
    static constexpr int BYTES = 210;
    static constexpr int RANGE = 32;

    static void store_scales(const int32_t * scales, float unit, uint8_t * target) {
        for (int j = 0; j < PER_BLOCK; ++j) {
            target[192 + j] = static_cast<uint8_t>(scales[j]);
        }
        store_half(unit, target + 208);
    }

    static float unit(const uint8_t * target) { return half_of(target + 208); }

    static void store_levels(const int32_t * levels, uint8_t * target) {
        for (int half = 0; half < 2; ++half) {
            const int32_t * from = levels + 128 * half;
            for (int i = 0; i < 32; ++i) {
                const int32_t a = from[i], b = from[i + 32], c = from[i + 64], d = from[i + 96];
                target[64 * half + i] = static_cast<uint8_t>((a & 15) | (c & 15) << 4);
                target[64 * half + 32 + i] = static_cast<uint8_t>((b & 15) | (d & 15) << 4);
                target[128 + 32 * half + i] =
                    static_cast<uint8_t>(a >> 4 | (b >> 4) << 2 | (c >> 4) << 4 | (d >> 4) << 6);
            }
        }
    }
};

// The scales of a super-block as multiples of the outermost; whether there is one of at least `smallest`.
struct SimpleScales {
    int32_t level[PER_BLOCK];
    float unit;
};

inline bool simple_scales(const float * scales, float range, float smallest, int largest, SimpleScales & out) {
    float size = 0;
    float extreme = 0;
    for (int j = 0; j < PER_BLOCK; ++j) {
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
    for (int j = 0; j < PER_BLOCK; ++j) {
        const int32_t level = nearest(inverse * scales[j]);
        out.level[j] = level < largest ? level : largest;
    }
    return true;
}

// Rounds and stores the levels of a super-block whose scales are stored.
template <typename Type>
inline void store_levels(const float * x, const int32_t * scales, const float * inverse, uint8_t * target) {
    const float unit = Type::unit(target);
    int32_t levels[SUPER_BLOCK];
    for (int j = 0; j < PER_BLOCK; ++j) {
        round_group<GROUP>(x + j * GROUP, unit * static_cast<float>(scales[j]), 0, inverse[j], 0, -Type::RANGE,
            Type::RANGE - 1, levels + j * GROUP);
    }
    Type::store_levels(levels, target);
}

inline void quantize_q6_k(const Source & source, uint8_t * target) {
    const int64_t blocks = source.rows * source.columns / SUPER_BLOCK;
    for (int64_t block = 0; block < blocks; ++block) {
        const float * const x = source.x + block * SUPER_BLOCK;
        uint8_t * const out = target + block * Q6K::BYTES;
        Array<Floats, GROUP> values;
        Array<Floats, GROUP> weight;
        gather<GROUP>(x, GROUP, LANES, values);
        if (source.importance != nullptr) {
            gather_importance<GROUP>(source, block * PER_BLOCK, LANES, weight);
        } else {
            for (int i = 0; i < GROUP; ++i) {
                weight[i] = values[i] * values[i];
            }
        }
        const Symmetric found = search_symmetric<GROUP, Q6K::RANGE>(values, weight);
        alignas(64) float scale[LANES];
        alignas(64) float inverse[LANES];
        store(found.scale, scale);
        store(found.inverse, inverse);
        SimpleScales scales;
        if (!simple_scales(scale, 128, SMALLEST_GROUP, 127, scales)) {
            std::memset(out, 0, Q6K::BYTES);
            continue;
        }
        Q6K::store_scales(scales.level, scales.unit, out);
        store_levels<Q6K>(x, scales.level, inverse, out);
    }
}

} // namespace
} // namespace block_kernels

#endif
