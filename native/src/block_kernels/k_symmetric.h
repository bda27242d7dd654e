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

// The scales of a super-block, as multiples of one.
struct Scales {
    int32_t level[PER_BLOCK];
    float unit;
};

// As multiples of the outermost; whether there is one of at least `smallest`.
inline bool simple_scales(const float * scales, float range, float smallest, int largest, Scales & out) {
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

// searched(group, levels): the levels that a search found, for groups whose stored scale is 0. They are of no use, but
// ggml's bytes.
template <typename Type, typename Searched>
inline void store_block(const float * x, const Scales & scales, const Searched & searched, uint8_t * target) {
    Type::store_scales(scales.level, scales.unit, target);
    const float unit = Type::unit(target);
    int32_t levels[SUPER_BLOCK];
    for (int j = 0; j < PER_BLOCK; ++j) {
        const float scale = unit * static_cast<float>(scales.level[j]);
        if (scale != 0) {
            round_levels<GROUP>(x + j * GROUP, scale, 0, -Type::RANGE, Type::RANGE - 1, levels + j * GROUP);
        } else {
            searched(j, levels + j * GROUP);
        }
    }
    Type::store_levels(levels, target);
}

// For the search by scales.
template <typename Type>
inline void store_searched(const float * x, const Scales & scales, const float * inverse, uint8_t * target) {
    const auto searched = [&](int j, int32_t * levels) {
        searched_levels<GROUP>(x + j * GROUP, inverse[j], 0, -Type::RANGE, Type::RANGE - 1, levels);
    };
    store_block<Type>(x, scales, searched, target);
}

// What the search without importance finds: levels one by one, from -RANGE.
struct Refined {
    Floats scale;
    Array<Ints, GROUP> level;
};

inline Refined refine_q3_k(const Floats * x) {
    const Floats zero = every(0.0f);
    const Floats extreme = outermost<GROUP>(x);
    const Floats inverse = every(static_cast<float>(-Q3K::RANGE)) / extreme;
    Array<Floats, GROUP> weight;
    Refined out;
    Sums sums{zero, zero};
    for (int i = 0; i < GROUP; ++i) {
        weight[i] = x[i] * x[i];
        out.level[i] = clamp(nearest(inverse * x[i]), -Q3K::RANGE, Q3K::RANGE - 1);
        const Floats level = floats(out.level[i]);
        sums.xl = sums.xl + weight[i] * x[i] * level;
        sums.l2 = sums.l2 + weight[i] * level * level;
    }
    refine<GROUP>(x, weight, -Q3K::RANGE, Q3K::RANGE - 1, out.level, sums);
    const Ints empty = magnitude(extreme) < every(SMALLEST_GROUP);
    for (Ints & level : out.level) {
        level = select(empty, every(-Q3K::RANGE), level);
    }
    out.scale = select(empty | ~(zero < sums.l2), zero, sums.xl / sums.l2);
    return out;
}

inline void quantize_q3_k_alone(const Source & source, uint8_t * target) {
    const int64_t blocks = source.rows * source.columns / SUPER_BLOCK;
    for (int64_t block = 0; block < blocks; ++block) {
        const float * const x = source.x + block * SUPER_BLOCK;
        Array<Floats, GROUP> values;
        gather<GROUP>(x, GROUP, LANES, values);
        const Refined found = refine_q3_k(values);
        alignas(64) float scale[LANES];
        store(found.scale, scale);
        Scales scales;
        if (!simple_scales(scale, 32, 0, 31, scales)) {
            for (int32_t & level : scales.level) {
                level = -32;
            }
        }
        const auto searched = [&](int j, int32_t * levels) {
            for (int i = 0; i < GROUP; ++i) {
                int32_t of_groups[LANES];
                store(found.level[i], of_groups);
                levels[i] = of_groups[j] + Q3K::RANGE;
            }
        };
        store_block<Q3K>(x, scales, searched, target + block * Q3K::BYTES);
    }
}

inline void quantize_q3_k(const Source & source, uint8_t * target) {
    if (source.importance == nullptr) {
        quantize_q3_k_alone(source, target);
        return;
    }
    for_blocks<SUPER_BLOCK>(source, [&](int64_t first, int count) {
        const float * const x = source.x + first * SUPER_BLOCK;
        alignas(64) float spread[LANES];
        alignas(64) float scale[LANES][LANES];
        alignas(64) float weights[LANES][LANES];
        alignas(64) float inverse[LANES][LANES];
        store(
            every(2.0f) * sums_of_squares(x, SUPER_BLOCK, SUPER_BLOCK, count) / every(static_cast<float>(SUPER_BLOCK)),
            spread);
        for (int block = 0; block < count; ++block) {
            Array<Floats, GROUP> values;
            Array<Floats, GROUP> weight;
            gather<GROUP>(x + block * SUPER_BLOCK, GROUP, LANES, values);
            gather_importance<GROUP>(source, (first + block) * PER_BLOCK, LANES, weight);
            weigh<GROUP>(values, weight, every(spread[block]), weight);
            Floats sum = every(0.0f);
            for (const Floats & one : weight) {
                sum = sum + one;
            }
            const Symmetric found = search_symmetric<GROUP, Q3K::RANGE>(values, weight);
            store(found.scale, scale[block]);
            store(found.inverse, inverse[block]);
            store(sum, weights[block]);
        }
        Array<Floats, PER_BLOCK> values;
        Array<Floats, PER_BLOCK> weight;
        gather<PER_BLOCK>(scale[0], PER_BLOCK, count, values);
        gather<PER_BLOCK>(weights[0], PER_BLOCK, count, weight);
        const Symmetric found = search_symmetric<PER_BLOCK, 32>(values, weight);
        alignas(64) float unit[LANES];
        alignas(64) float unit_inverse[LANES];
        store(found.scale, unit);
        store(found.inverse, unit_inverse);
        for (int block = 0; block < count; ++block) {
            Scales scales;
            scales.unit = unit[block];
            for (int j = 0; j < PER_BLOCK; ++j) {
                const int32_t level = nearest(unit_inverse[block] * scale[block][j]);
                const int32_t within = level < -32 ? -32 : level > 31 ? 31 : level;
                scales.level[j] = unit_inverse[block] == 0 ? -32 : within;
            }
            store_searched<Q3K>(x + block * SUPER_BLOCK, scales, inverse[block], target + (first + block) * Q3K::BYTES);
        }
    });
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
