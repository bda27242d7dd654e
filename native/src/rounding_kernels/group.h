// A group of columns that share a scale, sixteen rows in lanes, and what scales would make of it.
#ifndef SHEARLING_ROUNDING_GROUP_H
#define SHEARLING_ROUNDING_GROUP_H

#include "../block_kernels/groups.h"
#include "feedback.h"

namespace rounding {
namespace {

// How much of the error of each column every later one in the group gets, and what their errors count.
template <int SIZE>
struct Coupling {
    alignas(64) Array<Array<float, SIZE>, SIZE> share; // [later][earlier]
    const float * square;
};

template <int SIZE>
inline void read_coupling(const Matrix & matrix, int64_t first, Coupling<SIZE> & out) {
    out.square = matrix.squares + first;
    for (int i = 0; i < SIZE; ++i) {
        const float * const column = matrix.factor + (first + i) * matrix.columns + first;
        for (int k = 0; k < i; ++k) {
            out.share[i][k] = column[k] * matrix.inverse[first + i];
        }
    }
}

template <int SIZE>
struct Group {
    const Coupling<SIZE> & coupling;
    Array<Floats, SIZE> weight;
    Array<Floats, SIZE> value; // with the feedback of all columns before the group

    explicit Group(const Coupling<SIZE> & a_coupling) : coupling(a_coupling) {}
};

constexpr int AT_ONCE = 4; // so many scales hide how long sums take

// The losses of scales: each column is rounded with the feedback of those before it.
template <int SIZE, typename Scale>
inline void try_scales(const Group<SIZE> & group, const Scale * scales, Floats * losses) {
    Array<Array<Floats, AT_ONCE>, SIZE> errors;
    for (int s = 0; s < AT_ONCE; ++s) {
        losses[s] = every(0.0f);
    }
    for (int i = 0; i < SIZE; ++i) {
        Array<Floats, AT_ONCE> value;
        for (int s = 0; s < AT_ONCE; ++s) {
            value[s] = group.value[i];
        }
        for (int k = 0; k < i; ++k) {
            const Floats share = every(group.coupling.share[i][k]);
            for (int s = 0; s < AT_ONCE; ++s) {
                value[s] = value[s] + errors[k][s] * share;
            }
        }
        const Floats square = every(group.coupling.square[i]);
        for (int s = 0; s < AT_ONCE; ++s) {
            const Floats rounded_value = scales[s].value(scales[s].level(value[s]));
            const Floats left = value[s] - rounded_value;
            losses[s] = losses[s] + square * left * left;
            errors[i][s] = group.weight[i] - rounded_value;
        }
    }
}

// What a scale makes of a group.
template <int SIZE>
struct Rounded {
    Array<Floats, SIZE> level;
    Array<Floats, SIZE> error;
    Array<Floats, SIZE> left; // after the feedback
    Floats loss;
};

template <int SIZE, typename Scale>
inline void round_group(const Group<SIZE> & group, const Scale & scale, Rounded<SIZE> & out) {
    out.loss = every(0.0f);
    for (int i = 0; i < SIZE; ++i) {
        Floats value = group.value[i];
        for (int k = 0; k < i; ++k) {
            value = value + out.error[k] * every(group.coupling.share[i][k]);
        }
        out.level[i] = scale.level(value);
        const Floats rounded_value = scale.value(out.level[i]);
        out.left[i] = value - rounded_value;
        out.loss = out.loss + every(group.coupling.square[i]) * out.left[i] * out.left[i];
        out.error[i] = group.weight[i] - rounded_value;
    }
}

// Numbers as the halves that hold them would be read; what is too large becomes the largest.
inline Floats as_halves(const Floats & value) {
    alignas(64) float numbers[LANES];
    store(clamp(value, -65504.0f, 65504.0f), numbers);
    for (float & number : numbers) {
        number = halves::from_half(halves::to_half(number));
    }
    return load(numbers);
}

inline Floats inverse_of(const Floats & value) {
    const Floats zero = every(0.0f);
    return select(value == zero, zero, every(1.0f) / value);
}

} // namespace
} // namespace rounding

#endif
