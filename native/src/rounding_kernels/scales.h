// What a level is worth in a group, and which scales can be stored.
#ifndef SHEARLING_ROUNDING_SCALES_H
#define SHEARLING_ROUNDING_SCALES_H

#include "../block_kernels/affine_search.h"
#include "../block_kernels/nonlinear.h"
#include "group.h"

namespace rounding {
namespace {

// scale * level, level LOWEST to HIGHEST, in groups of SIZE.
template <int SIZE, int LOWEST, int HIGHEST>
struct Even {
    static constexpr bool AFFINE = false;
    static constexpr float LOW = static_cast<float>(LOWEST);
    static constexpr float HIGH = static_cast<float>(HIGHEST);
    static constexpr float STEP = 0.16f / HIGH;
    Floats scale, inverse;

    void set(const Floats & a_scale, const Floats &) {
        scale = a_scale;
        inverse = inverse_of(a_scale);
    }
    Floats level(const Floats & value) const { return rounded(clamp(inverse * value, LOW, HIGH)); }
    Floats value(const Floats & level) const { return scale * level; }
    Ints code(const Floats & level) const { return truncated(level - every(LOW)); }
    static Floats search_alone(const Floats * value, const Floats * weight) {
        return block_kernels::search_symmetric<SIZE, HIGHEST + 1>(value, weight).scale;
    }
};

// scale * one of the sixteen points of iq4_nl, which is the level here.
struct Points {
    static constexpr bool AFFINE = false;
    static constexpr float LOW = -127;
    static constexpr float HIGH = 113;
    static constexpr float STEP = 0.02f;
    Floats scale, inverse;

    void set(const Floats & a_scale, const Floats &) {
        scale = a_scale;
        inverse = inverse_of(a_scale);
    }
    Floats level(const Floats & value) const { return nearest_point(inverse * value); }
    Floats value(const Floats & level) const { return scale * level; }
    Ints code(const Floats & level) const { return nearest_index(level); }
    static Floats search_alone(const Floats * value, const Floats * weight) { return search_points(value, weight); }
};

// scale * level + minimum, level 0 to HIGHEST.
template <int HIGHEST>
struct Affine {
    static constexpr bool AFFINE = true;
    static constexpr float LOW = 0;
    static constexpr float HIGH = static_cast<float>(HIGHEST);
    static constexpr float STEP = 0.32f / HIGH;
    Floats scale, inverse, minimum;

    void set(const Floats & a_scale, const Floats & a_minimum) {
        scale = a_scale;
        inverse = inverse_of(a_scale);
        minimum = a_minimum;
    }
    Floats level(const Floats & value) const { return rounded(clamp(inverse * (value - minimum), LOW, HIGH)); }
    Floats value(const Floats & level) const { return scale * level + minimum; }
    Ints code(const Floats & level) const { return truncated(level); }
};

// Of blocks: halves of their own.
struct HalfSnap {
    Floats scale(const Floats & wanted) const { return as_halves(wanted); }
    Floats minimum(const Floats & wanted) const { return as_halves(wanted); }
};

// Of groups of a super-block: whole multiples of its units. The minimum's sign is turned.
struct UnitSnap {
    float lowest, highest;
    Floats unit, unit_inverse, minimums_unit, minimums_inverse;

    Floats scale(const Floats & wanted) const { return unit * scale_level(wanted); }
    Floats minimum(const Floats & wanted) const { return every(0.0f) - minimums_unit * minimum_level(wanted); }
    Floats scale_level(const Floats & wanted) const { return rounded(clamp(wanted * unit_inverse, lowest, highest)); }
    Floats minimum_level(const Floats & wanted) const {
        return rounded(clamp((every(0.0f) - wanted) * minimums_inverse, lowest, highest));
    }
};

} // namespace
} // namespace rounding

#endif
