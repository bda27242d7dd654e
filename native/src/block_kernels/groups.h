// Groups of values into lanes, and the weights of their errors.
#ifndef SHEARLING_GROUPS_H
#define SHEARLING_GROUPS_H

#include "../halves.h"
#include "lanes.h"

namespace block_kernels {
namespace {

// Rows of `columns` floats, one after another, each of whole blocks. importance: [columns] or NULL.
struct Source {
    const float * x;
    int64_t rows;
    int64_t columns;
    const float * importance;
};

// out[i] has element i of each of `count` groups; lanes beyond are 0.
template <int COUNT>
inline void gather(const float * const * groups, int count, Floats * out) {
    alignas(64) Array<float[LANES], COUNT> columns = {};
    for (int lane = 0; lane < count; ++lane) {
        for (int i = 0; i < COUNT; ++i) {
            columns[i][lane] = groups[lane][i];
        }
    }
    for (int i = 0; i < COUNT; ++i) {
        out[i] = load(columns[i]);
    }
}

// The same of groups that are `stride` apart.
template <int COUNT>
inline void gather(const float * source, int64_t stride, int count, Floats * out) {
    const float * groups[LANES] = {};
    for (int lane = 0; lane < count; ++lane) {
        groups[lane] = source + lane * stride;
    }
    gather<COUNT>(groups, count, out);
}

// The same of the importance of groups that follow each other in the rows.
template <int COUNT>
inline void gather_importance(const Source & source, int64_t first, int count, Floats * out) {
    const float * groups[LANES] = {};
    int64_t column = first * COUNT % source.columns;
    for (int lane = 0; lane < count; ++lane) {
        groups[lane] = source.importance + column;
        column = column + COUNT == source.columns ? 0 : column + COUNT;
    }
    gather<COUNT>(groups, count, out);
}

// The sums of the squares of `count` runs of `length` values, which are `stride` apart. Squares are added in order.
inline Floats sums_of_squares(const float * source, int64_t stride, int64_t length, int count) {
    constexpr int STEP = 16;
    Floats sum = every(0.0f);
    for (int64_t start = 0; start < length; start += STEP) {
        Array<Floats, STEP> x;
        gather<STEP>(source + start, stride, count, x);
        for (const Floats & value : x) {
            sum = sum + value * value;
        }
    }
    return sum;
}

// importance * sqrt(spread + x * x), where the spread is of what is around a group.
template <int COUNT>
inline void weigh(const Floats * x, const Floats * importance, const Floats & spread, Floats * weight) {
    for (int i = 0; i < COUNT; ++i) {
        weight[i] = importance[i] * root(spread + x[i] * x[i]);
    }
}

// The levels of a group, counted from `smallest`, for a scale and a minimum as they are stored.
template <int COUNT>
inline void round_levels(const float * x, float scale, float minimum, int smallest, int largest, int32_t * levels) {
    for (int i = 0; i < COUNT; i += LANES) {
        const Floats exact = (load(x + i) + every(minimum)) / every(scale);
        store(clamp(nearest(exact), smallest, largest) - every(smallest), levels + i);
    }
}

// The same as a search found them. 0 for an inverse of 0.
template <int COUNT>
inline void searched_levels(const float * x, float inverse, float base, int smallest, int largest, int32_t * levels) {
    for (int i = 0; i < COUNT; i += LANES) {
        const Floats exact = every(inverse) * (load(x + i) - every(base));
        const Ints level = clamp(nearest(exact), smallest, largest) - every(smallest);
        store(inverse == 0 ? every(0) : level, levels + i);
    }
}

inline void store_half(float value, uint8_t * target) {
    const auto half = static_cast<uint16_t>(halves::to_half(value));
    std::memcpy(target, &half, sizeof half);
}

// As a reader will see it.
inline float half_of(const uint8_t * source) {
    uint16_t half;
    std::memcpy(&half, source, sizeof half);
    return halves::from_half(half);
}

// Calls `work(first, count)` for as many blocks of SIZE as there are lanes at a time, over the ends of rows.
template <int SIZE, typename Work>
inline void for_blocks(const Source & source, const Work & work) {
    const int64_t blocks = source.rows * source.columns / SIZE;
    for (int64_t first = 0; first < blocks; first += LANES) {
        work(first, static_cast<int>(blocks - first < LANES ? blocks - first : LANES));
    }
}

} // namespace
} // namespace block_kernels

#endif
