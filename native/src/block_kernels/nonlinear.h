// iq4_nl and iq4_xs: levels of four bits are indices of values that lie closer near 0.
#ifndef SHEARLING_NONLINEAR_H
#define SHEARLING_NONLINEAR_H

#include "super_block.h"
#include "symmetric_search.h"

namespace block_kernels {
namespace {

constexpr int NONLINEAR = 32;
constexpr int POINTS = 16;
constexpr int8_t POINT[POINTS] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

// Between two points; the upper one is chosen here. Differences on both sides are exact, so that this is all of ggml's
// comparison.
constexpr float middle(int upper) {
    return static_cast<float>(POINT[upper - 1] + POINT[upper]) / 2;
}

// What a search in four steps looks up: the middles that halve eighths and pairs of the points, and the points.
struct PointTables {
    alignas(64) float of_fours[16], of_pairs[16], lower[16], upper[16];

    constexpr PointTables() : of_fours(), of_pairs(), lower(), upper() {
        for (int i = 0; i < 16; ++i) {
            of_fours[i] = middle(4 * (i % 4) + 2);
            of_pairs[i] = middle(2 * (i % 8) + 1);
            lower[i] = POINT[2 * (i % 8)];
            upper[i] = POINT[2 * (i % 8) + 1];
        }
    }
};
constexpr PointTables POINT_TABLES;

template <typename Lanes>
inline Lanes looked_up_point(const Lanes & value) {
    const Ints upper_half = ~(value < every(middle(8)));
    Ints index = upper_half & every(2);
    index = index | (~(value < select(upper_half, every(middle(12)), every(middle(4)))) & every(1));
    index = index + index + (~(value < lookup(load_vector(POINT_TABLES.of_fours), index)) & every(1));
    return select(value < lookup(load_vector(POINT_TABLES.of_pairs), index),
        lookup(load_vector(POINT_TABLES.lower), index), lookup(load_vector(POINT_TABLES.upper), index));
}

// The points that are nearest to values; a NaN's is the last.
template <typename Lanes>
inline Lanes nearest_point(const Lanes & value) {
    if constexpr (HAS_LOOKUP) {
        return looked_up_point(value);
    }
    Floats out = every(static_cast<float>(POINT[0]));
    for (int i = 1; i < POINTS; ++i) {
        const auto step = static_cast<float>(POINT[i] - POINT[i - 1]);
        out = out + select(value < every(middle(i)), every(0.0f), every(step));
    }
    return out;
}

// Their indices.
inline Ints nearest_index(const Floats & value) {
    Ints out = every(POINTS - 1);
    for (int i = 1; i < POINTS; ++i) {
        out = out + (value < every(middle(i)));
    }
    return out;
}

inline Fit fit_points(const Floats * x, const Floats * weight, const Floats & inverse) {
    Fit out{every(0.0f), every(0.0f)};
    for (int i = 0; i < NONLINEAR; ++i) {
        const Floats point = nearest_point(inverse * x[i]);
        const Floats weighted = weight[i] * point;
        out.sum_xl = out.sum_xl + weighted * x[i];
        out.sum_l2 = out.sum_l2 + weighted * point;
    }
    return out;
}

// The scales of blocks.
inline Floats search_points(const Floats * x, const Floats * weight) {
    const Floats zero = every(0.0f);
    const Floats extreme = outermost<NONLINEAR>(x);
    const Fit first = fit_points(x, weight, every(1.0f) / ((zero - extreme) / every(static_cast<float>(POINT[0]))));
    Floats scale = select(zero < first.sum_l2, first.sum_xl / first.sum_l2, zero);
    Floats gain = scale * first.sum_xl;
    for (int step = -7; step <= 7; ++step) {
        const Fit here = fit_points(x, weight, every(static_cast<float>(step + POINT[0])) / extreme);
        const Ints better = (zero < here.sum_l2) & (gain * here.sum_l2 < here.sum_xl * here.sum_xl);
        scale = select(better, here.sum_xl / here.sum_l2, scale);
        gain = select(better, scale * here.sum_xl, gain);
    }
    return select(magnitude(extreme) < every(SMALLEST_GROUP), zero, scale);
}

// The scales of `count` blocks, of which PER_SPREAD each share the mean square in their weights.
template <int PER_SPREAD>
inline Floats search_points(const Source & source, int64_t first, int count) {
    const float * const x = source.x + first * NONLINEAR;
    Array<Floats, NONLINEAR> values;
    Array<Floats, NONLINEAR> weight;
    gather<NONLINEAR>(x, NONLINEAR, count, values);
    if (source.importance == nullptr) {
        for (int i = 0; i < NONLINEAR; ++i) {
            weight[i] = values[i] * values[i];
        }
    } else {
        constexpr int LENGTH = PER_SPREAD * NONLINEAR;
        alignas(64) float sums[LANES];
        alignas(64) float spread[LANES] = {};
        store(sums_of_squares(x, LENGTH, LENGTH, count / PER_SPREAD) * every(2.0f / LENGTH), sums);
        for (int lane = 0; lane < count; ++lane) {
            spread[lane] = sums[lane / PER_SPREAD];
        }
        gather_importance<NONLINEAR>(source, first, count, weight);
        weigh<NONLINEAR>(values, weight, load(spread), weight);
    }
    return search_points(values, weight);
}

// The first half of a block in the lower four bits.
inline void store_points(const float * x, float inverse, uint8_t * target) {
    int32_t index[NONLINEAR];
    for (int i = 0; i < NONLINEAR; i += LANES) {
        store(nearest_index(every(inverse) * load(x + i)), index + i);
    }
    for (int i = 0; i < NONLINEAR / 2; ++i) {
        target[i] = static_cast<uint8_t>(index[i] | index[i + NONLINEAR / 2] << 4);
    }
}

inline void quantize_iq4_nl(const Source & source, uint8_t * target) {
    constexpr int BYTES = 18;
    for_blocks<NONLINEAR>(source, [&](int64_t first, int count) {
        alignas(64) float scale[LANES];
        store(search_points<1>(source, first, count), scale);
        for (int block = 0; block < count; ++block) {
            uint8_t * const out = target + (first + block) * BYTES;
            store_half(scale[block], out);
            store_points(source.x + (first + block) * NONLINEAR, scale[block] == 0 ? 0 : 1 / scale[block], out + 2);
        }
    });
}

constexpr int XS_BLOCKS = SUPER_BLOCK / NONLINEAR;

// Six bits for the scale of a block, -32 to 31.
inline void store_iq4_xs(const float * x, const float * scale, uint8_t * target) {
    float size = 0;
    float extreme = 0;
    for (int j = 0; j < XS_BLOCKS; ++j) {
        const float here = scale[j] < 0 ? -scale[j] : scale[j];
        extreme = here > size ? scale[j] : extreme;
        size = here > size ? here : size;
    }
    const float unit = -extreme / 32;
    const float inverse = unit == 0 ? 0 : 1 / unit;
    uint32_t upper = 0;
    uint32_t lower = 0;
    for (int j = 0; j < XS_BLOCKS; ++j) {
        const int32_t level = nearest(inverse * scale[j], -32, 31);
        const float stored = unit * static_cast<float>(level);
        const auto bits = static_cast<uint32_t>(level + 32);
        lower |= (bits & 15) << (4 * j);
        upper |= (bits >> 4) << (2 * j);
        store_points(x + j * NONLINEAR, stored == 0 ? 0 : 1 / stored, target + 8 + j * NONLINEAR / 2);
    }
    store_half(unit, target);
    const auto stored_upper = static_cast<uint16_t>(upper);
    std::memcpy(target + 2, &stored_upper, sizeof stored_upper);
    std::memcpy(target + 4, &lower, sizeof lower);
}

inline void quantize_iq4_xs(const Source & source, uint8_t * target) {
    constexpr int BYTES = 136;
    for_blocks<NONLINEAR>(source, [&](int64_t first, int count) {
        alignas(64) float scale[LANES];
        store(search_points<XS_BLOCKS>(source, first, count), scale);
        for (int block = 0; block < count; block += XS_BLOCKS) {
            store_iq4_xs(
                source.x + (first + block) * NONLINEAR, scale + block, target + (first + block) / XS_BLOCKS * BYTES);
        }
    });
}

} // namespace
} // namespace block_kernels

#endif
