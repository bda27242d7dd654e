// The search for the scale of a group: x ~ scale * level, level -RANGE to RANGE - 1. ggml's make_qx_quants; a group a
// lane.
#ifndef SHEARLING_SYMMETRIC_SEARCH_H
#define SHEARLING_SYMMETRIC_SEARCH_H

#include "lanes.h"

namespace block_kernels {
namespace {

constexpr float SMALLEST_GROUP = 1e-15f; // groups whose magnitudes are below become 0

// level = nearest(inverse * x); inverse is 0 for a group of zeros, whose levels are the smallest there is.
struct Symmetric {
    Floats scale, inverse;
};

// The first of the values of the largest magnitude.
template <int COUNT>
inline Floats outermost(const Floats * x) {
    Floats out = every(0.0f);
    Floats size = out;
    for (int i = 0; i < COUNT; ++i) {
        const Floats here = magnitude(x[i]);
        const Ints farther = size < here;
        out = select(farther, x[i], out);
        size = select(farther, here, size);
    }
    return out;
}

// What a scale would give: the sums of weight * x * level and of weight * level * level. weighted: weight * x.
struct Fit {
    Floats sum_xl, sum_l2;
};

template <int COUNT, int RANGE>
inline Fit fit(const Floats * x, const Floats * weight, const Floats * weighted, const Floats & inverse) {
    const auto lowest = static_cast<float>(-RANGE);
    const auto highest = static_cast<float>(RANGE - 1);
    Fit out{every(0.0f), every(0.0f)};
    for (int i = 0; i < COUNT; ++i) {
        const Floats level = rounded(clamp(inverse * x[i], lowest, highest));
        out.sum_xl = out.sum_xl + weighted[i] * level;
        out.sum_l2 = out.sum_l2 + weight[i] * level * level;
    }
    return out;
}

template <int COUNT, int RANGE>
inline Symmetric search_symmetric(const Floats * x, const Floats * weight) {
    const Floats zero = every(0.0f);
    const Floats extreme = outermost<COUNT>(x);
    Array<Floats, COUNT> weighted;
    for (int i = 0; i < COUNT; ++i) {
        weighted[i] = weight[i] * x[i];
    }
    Symmetric best;
    best.inverse = every(static_cast<float>(-RANGE)) / extreme;
    const Fit first = fit<COUNT, RANGE>(x, weight, weighted, best.inverse);
    best.scale = select(first.sum_l2 == zero, zero, first.sum_xl / first.sum_l2);
    Floats gain = best.scale * first.sum_xl;
    for (int step = -9; step <= 9; ++step) {
        if (step == 0) {
            continue;
        }
        const Floats inverse = every(-(static_cast<float>(RANGE) + 0.1f * static_cast<float>(step))) / extreme;
        const Fit here = fit<COUNT, RANGE>(x, weight, weighted, inverse);
        const Ints better = (zero < here.sum_l2) & (gain * here.sum_l2 < here.sum_xl * here.sum_xl);
        best.inverse = select(better, inverse, best.inverse);
        best.scale = select(better, here.sum_xl / here.sum_l2, best.scale);
        gain = select(better, best.scale * here.sum_xl, gain);
    }
    const Ints empty = magnitude(extreme) < every(SMALLEST_GROUP);
    best.inverse = select(empty, zero, best.inverse);
    best.scale = select(empty, zero, best.scale);
    return best;
}

} // namespace
} // namespace block_kernels

#endif
