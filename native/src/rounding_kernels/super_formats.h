// The types with super-blocks of 256: groups whose scales are whole multiples of a unit.
#ifndef SHEARLING_ROUNDING_SUPER_FORMATS_H
#define SHEARLING_ROUNDING_SUPER_FORMATS_H

#include "../block_kernels/k_affine_types.h"
#include "../block_kernels/q3_k.h"
#include "../block_kernels/q6_k.h"
#include "search.h"

namespace rounding {
namespace {

// Values of a group as they are when only the columns before the super-block have been rounded, and their weights.
template <int SIZE>
inline void expected_values(
    const Matrix & matrix, int64_t first, int strip, int index, Floats * value, Floats * weight) {
    for (int i = 0; i < SIZE; ++i) {
        const int column = index * SIZE + i;
        value[i] = load(matrix.panel->weights[column] + strip * LANES)
            + load(matrix.panel->sums[column] + strip * LANES) * every(matrix.inverse[first + column]);
        weight[i] = every(matrix.squares[first + column]);
    }
}

template <typename Format>
struct SuperEven {
    static constexpr int GROUP = Format::GROUP;
    static constexpr int BLOCK_COLUMNS = SUPER_BLOCK;
    static constexpr int BYTES = Format::BYTES;
    static constexpr int GROUPS = SUPER_BLOCK / GROUP;
    using Scale = typename Format::Scale;

    static void begin(const Matrix & matrix, int64_t first, int strip) {
        Array<Floats, GROUPS> wanted;
        for (int j = 0; j < GROUPS; ++j) {
            Array<Floats, GROUP> value;
            Array<Floats, GROUP> weight;
            expected_values<GROUP>(matrix, first, strip, j, value, weight);
            wanted[j] = Format::wanted(value, weight);
        }
        const Floats extreme = outermost<GROUPS>(wanted);
        store(as_halves(extreme * every(Format::HEADROOM / Format::LOWEST)), matrix.panel->scales_unit + strip * LANES);
    }

    static Scale search(const Group<GROUP> & group, Panel & panel, int strip, int index) {
        const Floats unit = load(panel.scales_unit + strip * LANES);
        const Floats none = every(0.0f);
        const UnitSnap snap{Format::LOWEST, -Format::LOWEST - 1, unit, inverse_of(unit), none, none};
        const auto best = search_symmetric<GROUP, Scale>(group, snap, Format::STEPS);
        store(snap.scale_level(best.scale), panel.scales[index] + strip * LANES);
        return best.get();
    }

    static void write(const Panel & panel, int row, int, uint8_t * target) {
        Array<int32_t, GROUPS> scales;
        for (int j = 0; j < GROUPS; ++j) {
            scales[j] = static_cast<int32_t>(panel.scales[j][row]);
        }
        Format::store(scales, panel.scales_unit[row], panel.codes[row], target);
    }
};

template <typename Packing>
struct SixteenFormat {
    static constexpr int GROUP = 16;
    static constexpr int BYTES = Packing::BYTES;
    using Scale = Even<-Packing::RANGE, Packing::RANGE - 1>;

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
    static constexpr float HEADROOM = 1;
    static constexpr Steps STEPS{0.6f, 1.15f, 10, true, 2};
};
struct Q6KFormat : SixteenFormat<Q6K> {
    static constexpr float LOWEST = -128;
    static constexpr float HEADROOM = 1;
    static constexpr Steps STEPS{0.85f, 1.05f, 6, true, 2};
};

struct IQ4XSFormat {
    static constexpr int GROUP = 32;
    static constexpr int BYTES = 136;
    static constexpr float LOWEST = -32;
    static constexpr float HEADROOM = 1;
    static constexpr Steps STEPS{0.7f, 1.15f, 10, true, 2};
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
    using Scale = Affine<Packing::LARGEST>;

    static void begin(const Matrix & matrix, int64_t first, int strip) {
        constexpr auto largest = static_cast<float>(Packing::LARGEST_SCALE);
        Floats scale = every(0.0f);
        Floats minimum = every(0.0f);
        for (int j = 0; j < GROUPS; ++j) {
            Array<Floats, GROUP> value;
            Array<Floats, GROUP> weight;
            expected_values<GROUP>(matrix, first, strip, j, value, weight);
            const auto found = search_affine<GROUP, Packing::LARGEST, false>(value, weight, MANY_STEPS);
            scale = larger(found.scale, scale);
            minimum = smaller(found.minimum, minimum);
        }
        store(as_halves(scale * every(1 / largest)), matrix.panel->scales_unit + strip * LANES);
        store(as_halves(minimum * every(-1 / largest)), matrix.panel->minimums_unit + strip * LANES);
    }

    static Scale search(const Group<GROUP> & group, Panel & panel, int strip, int index) {
        const Floats unit = load(panel.scales_unit + strip * LANES);
        const Floats minimums_unit = load(panel.minimums_unit + strip * LANES);
        const UnitSnap snap{
            0, Packing::LARGEST_SCALE, unit, inverse_of(unit), minimums_unit, inverse_of(minimums_unit)};
        const auto best =
            search_affine_scale<GROUP, Scale, true>(group, snap, -0.05f, Packing::LARGEST == 3 ? 0.3f : 0.15f, 5, 2);
        store(snap.scale_level(best.scale), panel.scales[index] + strip * LANES);
        store(snap.minimum_level(best.minimum), panel.minimums[index] + strip * LANES);
        return best.get();
    }

    static void write(const Panel & panel, int row, int, uint8_t * target) {
        StoredScales scales;
        scales.scales_unit = panel.scales_unit[row];
        scales.minimums_unit = panel.minimums_unit[row];
        for (int j = 0; j < GROUPS; ++j) {
            scales.scale[j] = static_cast<uint8_t>(panel.scales[j][row]);
            scales.minimum[j] = static_cast<uint8_t>(panel.minimums[j][row]);
        }
        int32_t levels[SUPER_BLOCK];
        for (int i = 0; i < SUPER_BLOCK; ++i) {
            levels[i] = panel.codes[row][i];
        }
        Packing::store_scales(scales, target);
        Packing::store_levels(levels, target);
    }
};

} // namespace
} // namespace rounding

#endif
