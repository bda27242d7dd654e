// q2_K, q4_K and q5_K: groups with a scale and a minimum, whose levels in turn have a scale each in the super-block.
#ifndef SHEARLING_K_AFFINE_H
#define SHEARLING_K_AFFINE_H

#include "affine_search.h"
#include "scale_search.h"
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

// The largest becomes LARGEST_SCALE.
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

template <typename Type>
inline void quantize_affine(const Source & source, uint8_t * target) {
    constexpr int PER_BLOCK = SUPER_BLOCK / Type::GROUP;
    for_blocks<SUPER_BLOCK>(source, [&](int64_t first, int count) {
        Groups groups;
        search_groups<Type>(source, first, count, groups);
        alignas(64) float units[2][LANES];
        alignas(64) Array<int32_t[LANES], PER_BLOCK> found[2];
        if (source.importance != nullptr) {
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
        }
        for (int block = 0; block < count; ++block) {
            const int at = block * PER_BLOCK;
            uint8_t * const out = target + (first + block) * Type::BYTES;
            StoredScales scales;
            if (source.importance != nullptr) {
                for (int j = 0; j < PER_BLOCK; ++j) {
                    scales.scale[j] = capped(found[0][j][block], Type::CAP);
                    scales.minimum[j] = capped(found[1][j][block], Type::CAP);
                }
                scales.scales_unit = units[0][block];
                scales.minimums_unit = units[1][block];
            } else {
                scales.scales_unit = simple_scales<Type>(groups.scale + at, scales.scale);
                scales.minimums_unit = simple_scales<Type>(groups.minimum + at, scales.minimum);
            }
            Type::store_scales(scales, out);
            const float scales_unit = Type::scales_unit(out);
            const float minimums_unit = Type::minimums_unit(out);
            int32_t levels[SUPER_BLOCK];
            for (int j = 0; j < PER_BLOCK; ++j) {
                const float scale = scales_unit * scales.scale[j];
                const float * const x = source.x + (first + block) * SUPER_BLOCK + j * Type::GROUP;
                int32_t * const here = levels + j * Type::GROUP;
                if (scale != 0) {
                    round_levels<Type::GROUP>(x, scale, minimums_unit * scales.minimum[j], 0, Type::LARGEST, here);
                } else { // of no use, but ggml's bytes
                    searched_levels<Type::GROUP>(
                        x, groups.inverse[at + j], groups.base[at + j], 0, Type::LARGEST, here);
                }
            }
            Type::store_levels(levels, out);
        }
    });
}

} // namespace
} // namespace block_kernels

#endif
