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
    smallest = select(zero < smallest, zero, smallest);
    const Ints flat = largest == smallest;

    Floats inverse = every(static_cast<float>(LARGEST)) / (largest - smallest);
    Affine best{one / inverse, smallest, inverse, smallest, sum_w};
    Floats best_loss = zero;
    for (int i = 0; i < COUNT; ++i) {
        const Floats level = floats(clamp(nearest(inverse * (x[i] - smallest)), 0, LARGEST));
        best_loss = best_loss + weight[i] * loss<ABSOLUTE>(best.scale * level + best.minimum - x[i]);
    }
    for (int step = 0; step < steps.count; ++step) {
        const float span = steps.first + steps.delta * static_cast<float>(step) + static_cast<float>(LARGEST);
        inverse = every(span) / (largest - best.minimum);
        Array<Floats, COUNT> levels;
        Floats sum_l = zero;
        Floats sum_l2 = zero;
        Floats sum_xl = zero;
        for (int i = 0; i < COUNT; ++i) {
            const Floats level = floats(clamp(nearest(inverse * (x[i] - best.minimum)), 0, LARGEST));
            const Floats weighted = weight[i] * level;
            levels[i] = level;
            sum_l = sum_l + weighted;
            sum_l2 = sum_l2 + weighted * level;
            sum_xl = sum_xl + weighted * x[i];
        }
        const Floats determinant = sum_w * sum_l2 - sum_l * sum_l;
        const Floats free_scale = (sum_w * sum_xl - sum_x * sum_l) / determinant;
        const Floats free_minimum = (sum_l2 * sum_x - sum_l * sum_xl) / determinant;
        const Ints above = zero < free_minimum;
        const Floats scale = select(above, sum_xl / sum_l2, free_scale);
        const Floats minimum = select(above, zero, free_minimum);
        Floats step_loss = zero;
        for (int i = 0; i < COUNT; ++i) {
            step_loss = step_loss + weight[i] * loss<ABSOLUTE>(scale * levels[i] + minimum - x[i]);
        }
        const Ints better = (zero < determinant) & (step_loss < best_loss);
        best.inverse = select(better, inverse, best.inverse);
        best.base = select(better, best.minimum, best.base);
        best.scale = select(better, scale, best.scale);
        best.minimum = select(better, minimum, best.minimum);
        best_loss = select(better, step_loss, best_loss);
    }
    best.scale = select(flat, zero, best.scale);
    best.inverse = select(flat, zero, best.inverse);
    best.minimum = select(flat, smallest, best.minimum);
    return best;
}

} // namespace
} // namespace block_kernels

#endif
