// The search for the scale and the minimum of a group: x ~ scale * level + minimum, level 0 to LARGEST, minimum <= 0.
// ggml's make_qkx2_quants and make_qkx3_quants, which are the same but for their steps; a group a lane.
#ifndef SHEARLING_AFFINE_SEARCH_H
#define SHEARLING_AFFINE_SEARCH_H

#include "lanes.h"

namespace block_kernels {
namespace {

// Scales that are tried: the largest level is taken as LARGEST + first, + first + delta and so on.
struct Steps {
    float first;
    float delta;
    int count;
};

constexpr Steps MANY_STEPS{-0.9f, 0.05f, 37}; // with importance

// level = nearest(inverse * (x - base)); inverse is 0 for a group whose levels are 0.
struct Affine {
    Floats scale, minimum, inverse, base, weight;
};

// Of differences of a level's value from x, for each lane.
template <bool ABSOLUTE>
inline Floats loss(const Floats & difference) {
    return ABSOLUTE ? magnitude(difference) : difference * difference;
}

// Levels for a scale, and their sums with the weights and with weight * x.
template <int COUNT>
struct Levels {
    Array<Floats, COUNT> level;
    Floats sum_l, sum_l2, sum_xl;
};

// QUICK: no value is beyond what `rounded` knows.
template <int COUNT, int LARGEST, bool QUICK>
inline void level(
    const Floats * x, const Floats * weight, const Floats & inverse, const Floats & base, Levels<COUNT> & out) {
    Floats sum_l = every(0.0f);
    Floats sum_l2 = every(0.0f);
    Floats sum_xl = every(0.0f);
    for (int i = 0; i < COUNT; ++i) {
        const Floats exact = inverse * (x[i] - base);
        const Floats here = QUICK ? rounded(clamp(exact, 0.0f, static_cast<float>(LARGEST)))
                                  : floats(clamp(nearest(exact), 0, LARGEST));
        const Floats weighted = weight[i] * here;
        out.level[i] = here;
        sum_l = sum_l + weighted;
        sum_l2 = sum_l2 + weighted * here;
        sum_xl = sum_xl + weighted * x[i];
    }
    out.sum_l = sum_l;
    out.sum_l2 = sum_l2;
    out.sum_xl = sum_xl;
}

// smallest, largest: of x.
template <int COUNT, int LARGEST>
inline void level(const Floats * x, const Floats & smallest, const Floats & largest, const Floats * weight,
    const Floats & inverse, const Floats & base, Levels<COUNT> & out) {
    const Floats limit = every(0x1p21f);
    const Floats low = magnitude(inverse * (smallest - base));
    const Floats high = magnitude(inverse * (largest - base));
    if (any(~((low < limit) & (high < limit)))) {
        level<COUNT, LARGEST, false>(x, weight, inverse, base, out);
    } else {
        level<COUNT, LARGEST, true>(x, weight, inverse, base, out);
    }
}

template <int COUNT, bool ABSOLUTE>
inline Floats total_loss(const Floats * x, const Floats * weight, const Floats & scale, const Floats & minimum,
    const Levels<COUNT> & levels) {
    Floats sum = every(0.0f);
    for (int i = 0; i < COUNT; ++i) {
        sum = sum + weight[i] * loss<ABSOLUTE>(scale * levels.level[i] + minimum - x[i]);
    }
    return sum;
}

template <int COUNT, int LARGEST, bool ABSOLUTE>
inline Affine search_affine(const Floats * x, const Floats * weight, const Steps & steps) {
    const Floats zero = every(0.0f);
    const Floats one = every(1.0f);
    Floats smallest = x[0];
    Floats largest = x[0];
    Floats sum_w = weight[0];
    Floats sum_x = weight[0] * x[0];
    for (int i = 1; i < COUNT; ++i) {
        smallest = smaller(x[i], smallest);
        largest = larger(x[i], largest);
        sum_w = sum_w + weight[i];
        sum_x = sum_x + weight[i] * x[i];
    }
    const Floats start = select(zero < smallest, zero, smallest);
    const Ints flat = largest == start;
    largest = select(flat, start + one, largest); // something ordinary; it is not used

    Levels<COUNT> levels;
    Floats inverse = every(static_cast<float>(LARGEST)) / (largest - start);
    level<COUNT, LARGEST>(x, smallest, largest, weight, inverse, start, levels);
    Affine best{one / inverse, start, inverse, start, sum_w};
    Floats best_loss = total_loss<COUNT, ABSOLUTE>(x, weight, best.scale, best.minimum, levels);
    for (int step = 0; step < steps.count; ++step) {
        const float span = steps.first + steps.delta * static_cast<float>(step) + static_cast<float>(LARGEST);
        inverse = every(span) / (largest - best.minimum);
        level<COUNT, LARGEST>(x, smallest, largest, weight, inverse, best.minimum, levels);
        const Floats determinant = sum_w * levels.sum_l2 - levels.sum_l * levels.sum_l;
        const Floats free_minimum = (levels.sum_l2 * sum_x - levels.sum_l * levels.sum_xl) / determinant;
        const Floats free_scale = (sum_w * levels.sum_xl - sum_x * levels.sum_l) / determinant;
        const Ints above = zero < free_minimum;
        const Floats minimum = select(above, zero, free_minimum);
        const Floats scale = select(above, levels.sum_xl / levels.sum_l2, free_scale);
        const Floats here = total_loss<COUNT, ABSOLUTE>(x, weight, scale, minimum, levels);
        const Ints better = (zero < determinant) & (here < best_loss);
        best.inverse = select(better, inverse, best.inverse);
        best.base = select(better, best.minimum, best.base);
        best.scale = select(better, scale, best.scale);
        best.minimum = select(better, minimum, best.minimum);
        best_loss = select(better, here, best_loss);
    }
    best.scale = select(flat, zero, best.scale);
    best.inverse = select(flat, zero, best.inverse);
    best.minimum = select(flat, start, best.minimum);
    return best;
}

} // namespace
} // namespace block_kernels

#endif
