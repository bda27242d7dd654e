// The search for the scale of blocks whose magnitudes lie on a grid. A type says SIZE of a block, DIMENSIONS and BITS
// of its grid, and what is its own.
#ifndef SHEARLING_GRID_BLOCKS_H
#define SHEARLING_GRID_BLOCKS_H

#include "grid_search.h"
#include "scale_search.h"

namespace block_kernels {
namespace {

// Groups that are brought onto the grid once more when the scale is found: those that were beside it before, all where
// one was, or all.
enum class Refine { OFF_GRID, ANY, ALL };

// What blocks become, a lane each.
template <typename Type>
struct OnGrid {
    Floats scale;
    Ints empty; // nothing is stored for it
    Array<Ints, Type::SIZE / Type::DIMENSIONS> codes;
    Array<Ints, Type::SIZE / 8> signs;
};

// Magnitudes, and the signs of every eight values. EVEN_SIGNS: an odd number of minuses cannot be stored, so that the
// value that weighs least gets the wrong sign.
template <typename Type>
inline void split_signs(Floats * x, const Floats * weight, Ints * signs) {
    const Floats zero = every(0.0f);
    const Ints minus = every(INT32_MIN);
    for (int group = 0; group < Type::SIZE / 8; ++group) {
        Floats * const eight = x + 8 * group;
        Ints found = every(0);
        Ints odd = every(0);
        Ints lightest = every(0);
        Floats least = weight[8 * group] * eight[0] * eight[0];
        for (int i = 0; i < 8; ++i) {
            const Ints negative = eight[i] < zero;
            const Floats heft = weight[8 * group + i] * eight[i] * eight[i];
            const Ints lighter = heft < least;
            lightest = select(lighter, every(i), lightest);
            least = select(lighter, heft, least);
            found = found | (negative & every(1 << i));
            odd = odd ^ negative;
            eight[i] = magnitude(eight[i]);
        }
        for (int i = 0; Type::EVEN_SIGNS && i < 8; ++i) {
            const Ints wrong = odd & (lightest == every(i));
            eight[i] = numbers(bits(eight[i]) ^ (wrong & minus));
            found = found ^ (wrong & every(1 << i));
        }
        signs[group] = found;
    }
}

template <typename Type>
struct Search {
    static constexpr int GROUPS = Type::SIZE / Type::DIMENSIONS;
    static constexpr int LARGEST = Type::BITS == 2 ? 2 : 7;

    const Grid & grid;
    const Floats * x;
    const Floats * weight;
    alignas(64) Array<float[LANES], Type::SIZE> values; // x
    alignas(64) Array<float[LANES], Type::SIZE> roots; // of the weights
    Array<Ints, GROUPS> codes; // the present ones
    Array<Ints, GROUPS> off_grid; // whether they were not on the grid at first

    Search(const Grid & a_grid, const Floats * an_x, const Floats * a_weight)
        : grid(a_grid), x(an_x), weight(a_weight) {
        for (int i = 0; i < Type::SIZE; ++i) {
            store(x[i], values[i]);
            store(root(weight[i]), roots[i]);
        }
    }

    // The codes for a scale, before they are brought onto the grid.
    void level(const Floats & inverse) {
        for (int group = 0; group < GROUPS; ++group) {
            Ints code = every(0);
            for (int i = 0; i < Type::DIMENSIONS; ++i) {
                const Floats exact = every(0.5f) * (inverse * x[group * Type::DIMENSIONS + i] - every(1.0f));
                code = code | clamp(nearest(exact), 0, LARGEST) << (Type::BITS * i);
            }
            codes[group] = code;
        }
    }

    // Brings the codes of active lanes onto the grid.
    void snap(const Floats & scales, const Ints & active) {
        alignas(64) float scale[LANES];
        store(scales, scale);
        const uint32_t lanes = lanes_of(active);
        for (int group = 0; group < GROUPS; ++group) {
            const float * const first = values[group * Type::DIMENSIONS];
            const float * const first_root = roots[group * Type::DIMENSIONS];
            alignas(64) int32_t code[LANES];
            alignas(64) int32_t off[LANES];
            store(codes[group], code);
            for (int lane = 0; lane < LANES; ++lane) {
                const uint32_t entry = grid.entries[code[lane]];
                off[lane] = (entry & 255) == 0 ? 0 : -1;
                if ((entry & 255) != 0 && (lanes >> lane & 1) != 0) {
                    code[lane] = nearest_neighbour<Type::DIMENSIONS, Type::BITS>(first + lane, first_root + lane,
                        scale[lane], grid.neighbours + (entry >> 8) * LANES, entry & 255);
                }
            }
            codes[group] = load(code);
            off_grid[group] = load(off);
        }
    }

    Fit fit() const {
        Fit out{every(0.0f), every(0.0f)};
        for (int i = 0; i < Type::SIZE; ++i) {
            const Ints level =
                codes[i / Type::DIMENSIONS] >> (Type::BITS * (i % Type::DIMENSIONS)) & every((1 << Type::BITS) - 1);
            const Floats odd = floats((level << 1) + every(1));
            out.sum_xl = out.sum_xl + weight[i] * x[i] * odd;
            out.sum_l2 = out.sum_l2 + weight[i] * odd * odd;
        }
        return out;
    }
};

// x becomes magnitudes.
template <typename Type>
inline void search_grid(const Grid & grid, Floats * x, const Floats * weight, OnGrid<Type> & out) {
    constexpr int GROUPS = Search<Type>::GROUPS;
    const Floats zero = every(0.0f);
    const Floats one = every(1.0f);
    const auto top_level = static_cast<float>(2 * (Search<Type>::LARGEST + 1) - 1);
    split_signs<Type>(x, weight, out.signs);
    Search<Type> search(grid, x, weight);
    Floats top = x[0];
    for (int i = 0; i < Type::SIZE; ++i) {
        top = select(x[i] < top, top, x[i]);
    }
    out.empty = Type::SMALLEST == 0 ? top == zero : top < every(Type::SMALLEST);
    Floats scale = top / every(top_level);
    if (Type::SCALED_FIRST) {
        Array<Ints, Type::SIZE> levels;
        scale = search_scales<Type::SIZE, 4>(x, weight, levels);
        top = scale * every(3.0f);
        out.empty = out.empty | ~(zero < top);
    }
    Floats gain = zero;
    Array<Ints, GROUPS> off_grid;
    for (int group = 0; group < GROUPS; ++group) {
        out.codes[group] = every(0);
        off_grid[group] = every(Type::REFINE == Refine::OFF_GRID ? 0 : -1);
    }
    for (int step = -Type::STEPS; step <= Type::STEPS; ++step) {
        const Floats inverse = every(top_level + static_cast<float>(step) * Type::STEP) / top;
        search.level(inverse);
        search.snap(one / inverse, ~out.empty);
        const Fit here = search.fit();
        const Ints better = (zero < here.sum_l2) & (gain * here.sum_l2 < here.sum_xl * here.sum_xl);
        scale = select(better, here.sum_xl / here.sum_l2, scale);
        gain = select(better, scale * here.sum_xl, gain);
        for (int group = 0; group < GROUPS; ++group) {
            out.codes[group] = select(better, search.codes[group], out.codes[group]);
            off_grid[group] = select(better, search.off_grid[group], off_grid[group]);
        }
    }

    // Once more for the scale that was found.
    Ints again = every(Type::REFINE == Refine::ALL ? -1 : 0);
    for (int group = 0; group < GROUPS; ++group) {
        again = again | off_grid[group];
    }
    again = again & (zero < scale) & ~out.empty;
    if (any(again)) {
        search.level(one / scale);
        search.snap(scale, again);
        for (int group = 0; group < GROUPS; ++group) {
            const Ints here = Type::REFINE == Refine::OFF_GRID ? again & off_grid[group] : again;
            out.codes[group] = select(here, search.codes[group], out.codes[group]);
            search.codes[group] = out.codes[group];
        }
        const Fit fit = search.fit();
        scale = select(again & (zero < fit.sum_l2), fit.sum_xl / fit.sum_l2, scale);
    }

    // A scale below 0 turns the signs; of seven bits, since the eighth follows from them.
    const Ints turned = scale < zero;
    for (Ints & signs : out.signs) {
        signs = (signs ^ turned) & every(Type::EVEN_SIGNS ? 127 : 255);
    }
    out.scale = select(out.empty, zero, select(turned, zero - scale, scale));
}

} // namespace
} // namespace block_kernels

#endif
