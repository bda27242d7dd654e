// The search for the scale of a group by the very loss.
#ifndef SHEARLING_ROUNDING_SEARCH_H
#define SHEARLING_ROUNDING_SEARCH_H

#include "scales.h"

namespace rounding {
namespace {

template <typename Scale>
struct Best {
    Floats scale = every(0.0f);
    Floats minimum = every(0.0f);
    Floats loss = every(__builtin_inff());

    Scale get() const {
        Scale out;
        out.set(scale, minimum);
        return out;
    }

    void take(const Scale & other, const Floats & other_minimum, const Floats & other_loss) {
        const Ints better = other_loss < loss;
        scale = select(better, other.scale, scale);
        minimum = select(better, other_minimum, minimum);
        loss = select(better, other_loss, loss);
    }
};

// Collects wanted scales and tries some at once.
template <int SIZE, typename Scale, typename Snap>
class Trials {
public:
    Best<Scale> best;

    Trials(const Group<SIZE> & a_group, const Snap & a_snap) : group(a_group), snap(a_snap) {}

    void add(const Floats & scale, const Floats & minimum) {
        minimums[count] = Scale::AFFINE ? snap.minimum(minimum) : minimum;
        scales[count].set(snap.scale(scale), minimums[count]);
        if (++count == AT_ONCE) {
            flush();
        }
    }

    void flush() {
        if (count == 0) {
            return;
        }
        for (int i = count; i < AT_ONCE; ++i) {
            scales[i] = scales[0];
            minimums[i] = minimums[0];
        }
        Array<Floats, AT_ONCE> losses;
        try_scales(group, scales, losses);
        for (int i = 0; i < AT_ONCE; ++i) {
            best.take(scales[i], minimums[i], losses[i]);
        }
        count = 0;
    }

private:
    const Group<SIZE> & group;
    const Snap & snap;
    int count = 0;
    Array<Scale, AT_ONCE> scales;
    Array<Floats, AT_ONCE> minimums;
};

// The scale, and the minimum, that would be best if the levels stayed.
template <int SIZE, typename Scale>
inline void refit(const Group<SIZE> & group, const Rounded<SIZE> & now, Floats & scale, Floats & minimum) {
    const Floats zero = every(0.0f);
    Floats ll = zero, lx = zero, lo = zero, oo = zero, ox = zero;
    for (int i = 0; i < SIZE; ++i) {
        Floats level = now.level[i];
        float one = 1;
        for (int k = 0; k < i; ++k) {
            level = level + now.level[k] * every(group.coupling.share[i][k]);
            one = one + group.coupling.share[i][k];
        }
        const Floats square = every(group.coupling.square[i]);
        ll = ll + square * level * level;
        lx = lx + square * level * now.left[i];
        if (Scale::AFFINE) {
            const Floats ones = every(one);
            lo = lo + square * level * ones;
            oo = oo + square * ones * ones;
            ox = ox + square * ones * now.left[i];
        }
    }
    if (Scale::AFFINE) {
        const Floats determinant = ll * oo - lo * lo;
        const Ints sound = zero < determinant;
        scale = scale + select(sound, (lx * oo - ox * lo) / determinant, zero);
        minimum = minimum + select(sound, (ox * ll - lx * lo) / determinant, zero);
    } else {
        scale = scale + select(zero < ll, lx / ll, zero);
    }
}

// What the errors of columns count, for searches without feedback.
template <int SIZE>
inline void squares_of(const Group<SIZE> & group, Floats * out) {
    for (int i = 0; i < SIZE; ++i) {
        out[i] = every(group.coupling.square[i]);
    }
}

// Moves from the best scale to what is best for its levels, and tries what is around that.
template <int SIZE, typename Scale, typename Snap>
inline void polish(const Group<SIZE> & group, int rounds, Trials<SIZE, Scale, Snap> & trials) {
    constexpr float MIDDLE = Scale::AFFINE ? Scale::HIGH / 2 : 0;
    for (int i = 0; i < rounds; ++i) {
        Rounded<SIZE> now;
        round_group(group, trials.best.get(), now);
        Floats scale = trials.best.scale;
        Floats minimum = trials.best.minimum;
        refit<SIZE, Scale>(group, now, scale, minimum);
        const Floats step = scale * every(Scale::STEP);
        trials.add(scale, minimum);
        trials.add(scale + step, minimum - step * every(MIDDLE));
        trials.add(scale - step, minimum + step * every(MIDDLE));
        if (Scale::AFFINE) {
            trials.add(scale, minimum + step * every(MIDDLE));
        } else {
            trials.add(scale - step - step, minimum);
        }
        trials.flush();
    }
}

// Values of the outermost value's level, as shares of the outermost level.
struct Steps {
    float first, last;
    int count;
    bool both; // signs
    int rounds; // of polish

    float at(int i) const { return first + (last - first) * static_cast<float>(i) / static_cast<float>(count - 1); }
};

template <int SIZE, typename Scale, typename Snap>
inline Best<Scale> search_symmetric(const Group<SIZE> & group, const Snap & snap, const Steps & steps) {
    Trials<SIZE, Scale, Snap> trials(group, snap);
    Array<Floats, SIZE> weight;
    squares_of(group, weight);
    const Floats zero = every(0.0f);
    const Floats extreme = outermost<SIZE>(group.value);
    trials.add(zero, zero);
    trials.add(Scale::search_alone(group.value, weight), zero);
    for (int i = 0; i < steps.count; ++i) {
        trials.add(extreme * every(steps.at(i) / Scale::LOW), zero);
        if (steps.both) {
            trials.add(extreme * every(steps.at(i) / Scale::HIGH), zero);
        }
    }
    trials.flush();
    polish(group, steps.rounds, trials);
    return trials.best;
}

// Steps: what is cut off at each end of the range, as a share of it. BELOW_ZERO: the minimum is not above 0.
template <int SIZE, typename Scale, bool BELOW_ZERO, typename Snap>
inline Best<Scale> search_range(const Group<SIZE> & group, const Snap & snap, const Steps & steps) {
    Trials<SIZE, Scale, Snap> trials(group, snap);
    Array<Floats, SIZE> weight;
    squares_of(group, weight);
    const Floats zero = every(0.0f);
    Floats low = BELOW_ZERO ? zero : group.value[0];
    Floats high = low;
    for (const Floats & value : group.value) {
        low = smaller(value, low);
        high = larger(value, high);
    }
    const Floats span = high - low;
    const auto alone = search_affine<SIZE, static_cast<int>(Scale::HIGH), false>(group.value, weight, MANY_STEPS);
    trials.add(zero, zero);
    trials.add(alone.scale, alone.minimum);
    for (int i = 0; i < steps.count; ++i) {
        for (int j = 0; j < steps.count; ++j) {
            const float left = 1 - steps.at(i) - steps.at(j);
            trials.add(span * every(left / Scale::HIGH), low + span * every(steps.at(i)));
        }
    }
    trials.flush();
    polish(group, steps.rounds, trials);
    return trials.best;
}

} // namespace
} // namespace rounding

#endif
