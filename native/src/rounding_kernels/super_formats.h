// The types with super-blocks of 256: groups whose scales are whole multiples of a unit.
#ifndef SHEARLING_ROUNDING_SUPER_FORMATS_H
#define SHEARLING_ROUNDING_SUPER_FORMATS_H

#include "../block_kernels/k_affine_types.h"
#include "../block_kernels/q3_k.h"
#include "../block_kernels/q6_k.h"
#include "rows.h"
#include "search.h"

namespace rounding {
namespace {

// The weights of a group of columns, and what their errors count.
template <int SIZE>
inline void read_weights(
    const Place & place, int64_t column, int strip, const float * squares, Floats * value, Floats * weight) {
    const float * groups[LANES] = {};
    const int rows = place.rows - strip * LANES < LANES ? place.rows - strip * LANES : LANES;
    for (int lane = 0; lane < rows; ++lane) {
        groups[lane] = place.matrix.weights + (place.row + strip * LANES + lane) * place.matrix.columns + column;
    }
    gather<SIZE>(groups, rows, value);
    for (int i = 0; i < SIZE; ++i) {
        weight[i] = every(squares[i]);
    }
}

// Calls `work(column, squares, strip)` for every group of SIZE columns.
template <int SIZE, typename Work>
inline void for_groups(const Place & place, const Work & work) {
    for (int64_t at = 0; at < place.matrix.columns; at += SIZE) {
        for (int strip = 0; strip * LANES < place.rows; ++strip) {
            work(place.matrix.column(at), place.matrix.squares + at, strip);
        }
    }
}

template <typename Format>
struct SuperEven {
    static constexpr int GROUP = Format::GROUP;
    static constexpr int BLOCK_COLUMNS = SUPER_BLOCK;
    static constexpr int BYTES = Format::BYTES;
    static constexpr int GROUPS = SUPER_BLOCK / GROUP;
    using Scale = typename Format::Scale;

    static void begin(const Place & place) {
        for_groups<GROUP>(place, [&](int64_t column, const float * squares, int strip) {
            Array<Floats, GROUP> value;
            Array<Floats, GROUP> weight;
            read_weights<GROUP>(place, column, strip, squares, value, weight);
            block_kernels::store(Format::wanted(value, weight), place.work.scales[column / GROUP] + strip * LANES);
        });
        for (int64_t block = 0; block < place.matrix.columns / SUPER_BLOCK; ++block) {
            for (int strip = 0; strip * LANES < place.rows; ++strip) {
                Array<Floats, GROUPS> wanted;
                for (int j = 0; j < GROUPS; ++j) {
                    wanted[j] = load(place.work.scales[block * GROUPS + j] + strip * LANES);
                }
                const Floats extreme = outermost<GROUPS>(wanted);
                block_kernels::store(as_halves(extreme * every(Format::HEADROOM / Format::LOWEST)),
                    place.work.scales_unit[block] + strip * LANES);
            }
        }
    }

    static Scale search(const Group<GROUP> & group, const Workspace & work, int strip, int64_t index) {
        const Floats unit = load(work.scales_unit[index / GROUPS] + strip * LANES);
        const Floats none = every(0.0f);
        const UnitSnap snap{Format::LOWEST, -Format::LOWEST - 1, unit, inverse_of(unit), none, none};
        const auto best = search_symmetric<GROUP, Scale>(group, snap, Format::STEPS);
        block_kernels::store(snap.scale_level(best.scale), work.scales[index] + strip * LANES);
        return best.get();
    }

    static void write(const Workspace & work, int row, int64_t block, const uint8_t * codes, uint8_t * target) {
        Array<int32_t, GROUPS> scales;
        for (int j = 0; j < GROUPS; ++j) {
            scales[j] = static_cast<int32_t>(work.scales[block * GROUPS + j][row]);
        }
        Format::store(scales, work.scales_unit[block][row], codes, target);
    }
};

template <typename Packing>
struct SixteenFormat {
    static constexpr int GROUP = 16;
    static constexpr int BYTES = Packing::BYTES;
    using Scale = Even<GROUP, -Packing::RANGE, Packing::RANGE - 1>;

    static Floats wanted(const Floats * value, const Floats * weight) {
        return block_kernels::search_symmetric<GROUP, Packing::RANGE>(value, weight).scale;
    }
    static void store(const int32_t * scales, float unit, const uint8_t * codes, uint8_t * target) {
        int32_t levels[SUPER_BLOCK];
        for (int i = 0; i < SUPER_BLOCK; ++i) {
            levels[i] = codes[i];
        }
        Packing::store_scales(scales, unit, target);
        Packing::store_levels(levels, target);
    }
};

struct Q3KFormat : SixteenFormat<Q3K> {
    static constexpr float LOWEST = -32;
    static constexpr float HEADROOM = 1.05f;
    static constexpr Steps STEPS{0.6f, 1.15f, 9, true, 2};
};
struct Q6KFormat : SixteenFormat<Q6K> {
    static constexpr float LOWEST = -128;
    static constexpr float HEADROOM = 1.35f;
    static constexpr Steps STEPS{0.85f, 1.1f, 9, true, 2};
};

struct IQ4XSFormat {
    static constexpr int GROUP = 32;
    static constexpr int BYTES = 136;
    static constexpr float LOWEST = -32;
    static constexpr float HEADROOM = 1.2f;
    static constexpr Steps STEPS{0.65f, 1.25f, 12, true, 2};
    using Scale = Points;

    static Floats wanted(const Floats * value, const Floats * weight) { return search_points(value, weight); }
    static void store(const int32_t * scales, float unit, const uint8_t * codes, uint8_t * target) {
        uint32_t upper = 0;
        uint32_t lower = 0;
        for (int j = 0; j < XS_BLOCKS; ++j) {
            const auto bits = static_cast<uint32_t>(scales[j] + 32);
            lower |= (bits & 15) << (4 * j);
            upper |= (bits >> 4) << (2 * j);
            for (int i = 0; i < NONLINEAR / 2; ++i) {
                const uint8_t * const from = codes + j * NONLINEAR + i;
                target[8 + j * NONLINEAR / 2 + i] = static_cast<uint8_t>(from[0] | from[NONLINEAR / 2] << 4);
            }
        }
        store_half(unit, target);
        const auto stored_upper = static_cast<uint16_t>(upper);
        std::memcpy(target + 2, &stored_upper, sizeof stored_upper);
        std::memcpy(target + 4, &lower, sizeof lower);
    }
};

template <typename Packing>
struct SuperAffine {
    static constexpr int GROUP = Packing::GROUP;
    static constexpr int BLOCK_COLUMNS = SUPER_BLOCK;
    static constexpr int BYTES = Packing::BYTES;
    static constexpr int GROUPS = SUPER_BLOCK / GROUP;
    static constexpr float HEADROOM = 1.05f;
    static constexpr Steps STEPS{-0.05f, Packing::LARGEST == 3 ? 0.3f : 0.15f, 5, false, 2};
    using Scale = Affine<Packing::LARGEST>;

    static void begin(const Place & place) {
        constexpr auto largest = static_cast<float>(Packing::LARGEST_SCALE);
        for_groups<GROUP>(place, [&](int64_t column, const float * squares, int strip) {
            Array<Floats, GROUP> value;
            Array<Floats, GROUP> weight;
            read_weights<GROUP>(place, column, strip, squares, value, weight);
            const auto found = search_affine<GROUP, Packing::LARGEST, false>(value, weight, MANY_STEPS);
            block_kernels::store(found.scale, place.work.scales[column / GROUP] + strip * LANES);
            block_kernels::store(found.minimum, place.work.minimums[column / GROUP] + strip * LANES);
        });
        for (int64_t block = 0; block < place.matrix.columns / SUPER_BLOCK; ++block) {
            for (int strip = 0; strip * LANES < place.rows; ++strip) {
                Floats scale = every(0.0f);
                Floats minimum = every(0.0f);
                for (int j = 0; j < GROUPS; ++j) {
                    scale = larger(load(place.work.scales[block * GROUPS + j] + strip * LANES), scale);
                    minimum = smaller(load(place.work.minimums[block * GROUPS + j] + strip * LANES), minimum);
                }
                block_kernels::store(
                    as_halves(scale * every(HEADROOM / largest)), place.work.scales_unit[block] + strip * LANES);
                block_kernels::store(
                    as_halves(minimum * every(-HEADROOM / largest)), place.work.minimums_unit[block] + strip * LANES);
            }
        }
    }

    static Scale search(const Group<GROUP> & group, const Workspace & work, int strip, int64_t index) {
        const Floats unit = load(work.scales_unit[index / GROUPS] + strip * LANES);
        const Floats minimums_unit = load(work.minimums_unit[index / GROUPS] + strip * LANES);
        const UnitSnap snap{
            0, Packing::LARGEST_SCALE, unit, inverse_of(unit), minimums_unit, inverse_of(minimums_unit)};
        const auto best = search_range<GROUP, Scale, true>(group, snap, STEPS);
        block_kernels::store(snap.scale_level(best.scale), work.scales[index] + strip * LANES);
        block_kernels::store(snap.minimum_level(best.minimum), work.minimums[index] + strip * LANES);
        return best.get();
    }

    static void write(const Workspace & work, int row, int64_t block, const uint8_t * codes, uint8_t * target) {
        StoredScales scales;
        scales.scales_unit = work.scales_unit[block][row];
        scales.minimums_unit = work.minimums_unit[block][row];
        for (int j = 0; j < GROUPS; ++j) {
            scales.scale[j] = static_cast<uint8_t>(work.scales[block * GROUPS + j][row]);
            scales.minimum[j] = static_cast<uint8_t>(work.minimums[block * GROUPS + j][row]);
        }
        int32_t levels[SUPER_BLOCK];
        for (int i = 0; i < SUPER_BLOCK; ++i) {
            levels[i] = codes[i];
        }
        Packing::store_scales(scales, target);
        Packing::store_levels(levels, target);
    }
};

} // namespace
} // namespace rounding

#endif
