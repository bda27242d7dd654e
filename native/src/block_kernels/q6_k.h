// q6_K.
#ifndef SHEARLING_Q6_K_H
#define SHEARLING_Q6_K_H

#include "k_symmetric.h"

namespace block_kernels {
namespace {

struct Q6K {
    static constexpr int BYTES = 210;
    static constexpr int RANGE = 32;

    static void store_scales(const int32_t * scales, float unit, uint8_t * target) {
        for (int j = 0; j < K_GROUPS; ++j) {
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

inline void quantize_q6_k(const Source & source, uint8_t * target) {
    const int64_t blocks = source.rows * source.columns / SUPER_BLOCK;
    for (int64_t block = 0; block < blocks; ++block) {
        const float * const x = source.x + block * SUPER_BLOCK;
        uint8_t * const out = target + block * Q6K::BYTES;
        Array<Floats, K_GROUP> values;
        Array<Floats, K_GROUP> weight;
        gather<K_GROUP>(x, K_GROUP, LANES, values);
        if (source.importance != nullptr) {
            gather_importance<K_GROUP>(source, block * K_GROUPS, LANES, weight);
        } else {
            for (int i = 0; i < K_GROUP; ++i) {
                weight[i] = values[i] * values[i];
            }
        }
        const Symmetric found = search_symmetric<K_GROUP, Q6K::RANGE>(values, weight);
        alignas(64) float scale[LANES];
        alignas(64) float inverse[LANES];
        store(found.scale, scale);
        store(found.inverse, inverse);
        Scales scales;
        if (!simple_scales(scale, 128, SMALLEST_GROUP, 127, scales)) {
            std::memset(out, 0, Q6K::BYTES);
            continue;
        }
        store_searched<Q6K>(x, scales, inverse, out);
    }
}

} // namespace
} // namespace block_kernels

#endif
