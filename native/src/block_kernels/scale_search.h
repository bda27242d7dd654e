// The levels of the scales or minimums of a super-block: x ~ scale * level, level 0 to LARGEST, and the refinement of
// levels one by one. ggml's make_qp_quants and the end of make_q3_quants; a super-block or a group a lane.
#ifndef SHEARLING_SCALE_SEARCH_H
#define SHEARLING_SCALE_SEARCH_H

#include "symmetric_search.h"

namespace block_kernels {
namespace {

struct Sums {
    Floats xl, l2;
};

// Levels from `smallest` to `largest`. Positive levels are bytes in ggml, and a value below 0 becomes a large one.
template <int COUNT>
inline void refine(const Floats * x, const Floats * weight, int smallest, int largest, Ints * levels, Sums & sums) {
    const bool positive = smallest == 0;
    const Floats zero = every(0.0f);
    for (int round = 0; round < 5; ++round) {
        Ints changed = every(0);
        for (int i = 0; i < COUNT; ++i) {
            const Floats level = floats(levels[i]);
            const Floats weighted = weight[i] * x[i];
            Floats xl = sums.xl - weighted * level;
            Floats l2 = sums.l2 - weight[i] * level * level;
            Ints better = zero < xl;
            if (positive) {
                better = better & (zero < l2);
            }
            Ints next = smaller(nearest(x[i] * l2 / xl), every(largest));
            if (!positive) {
                next = larger(next, every(smallest));
            }
            better = better & ~(next == levels[i]);
            const Floats moved = floats(next);
            xl = xl + weighted * moved;
            l2 = l2 + weight[i] * moved * moved;
            if (!positive) {
                better = better & (zero < l2);
            }
            better = better & (sums.xl * sums.xl * l2 < xl * xl * sums.l2);
            levels[i] = select(better, positive ? next & every(255) : next, levels[i]);
            sums.xl = select(better, xl, sums.xl);
            sums.l2 = select(better, l2, sums.l2);
            changed = changed | better;
        }
        if (!any(changed)) {
            break;
        }
    }
}

// The scale.
template <int COUNT, int LARGEST>
inline Floats search_scales(const Floats * x, const Floats * weight, Ints * levels) {
    const Floats zero = every(0.0f);
    const Floats one = every(1.0f);
    Floats top = zero;
    for (int i = 0; i < COUNT; ++i) {
        top = select(x[i] < top, top, x[i]);
    }
    Floats inverse = every(static_cast<float>(LARGEST)) / top;
    Floats scale = one / inverse;
    Floats best_loss = zero;
    for (int i = 0; i < COUNT; ++i) {
        const Floats difference = x[i] - scale * floats(nearest(inverse * x[i]) & every(255));
        best_loss = best_loss + weight[i] * difference * difference;
    }
    for (int step = -4; step <= 4; ++step) {
        if (step == 0) {
            continue;
        }
        const Floats next = every(0.1f * static_cast<float>(step) + static_cast<float>(LARGEST)) / top;
        scale = one / next;
        Floats loss = zero;
        for (int i = 0; i < COUNT; ++i) {
            const Floats difference = x[i] - scale * floats(smaller(nearest(next * x[i]), every(LARGEST)));
            loss = loss + weight[i] * difference * difference;
        }
        const Ints better = loss < best_loss;
        best_loss = select(better, loss, best_loss);
        inverse = select(better, next, inverse);
    }
    Sums sums{zero, zero};
    for (int i = 0; i < COUNT; ++i) {
        const Ints whole = smaller(nearest(inverse * x[i]), every(LARGEST));
        const Floats level = floats(whole);
        levels[i] = whole & every(255);
        sums.xl = sums.xl + weight[i] * x[i] * level;
        sums.l2 = sums.l2 + weight[i] * level * level;
    }
    refine<COUNT>(x, weight, 0, LARGEST, levels, sums);
    const Ints empty = top < every(SMALLEST_GROUP);
    for (int i = 0; i < COUNT; ++i) {
        levels[i] = select(empty, every(0), levels[i]);
    }
    return select(empty | ~(zero < sums.l2), zero, sums.xl / sums.l2);
}

} // namespace
} // namespace block_kernels

#endif
