// The types with blocks of 32 that have their own scale.
#ifndef SHEARLING_ROUNDING_SIMPLE_FORMATS_H
#define SHEARLING_ROUNDING_SIMPLE_FORMATS_H

#include "../block_kernels/simple_types.h"
#include "search.h"

namespace rounding {
namespace {

struct Simple {
    static constexpr int GROUP = 32;
    static constexpr int BLOCK_COLUMNS = 32;

    static void begin(const Matrix &, int64_t, int) {}

    template <typename Scale>
    static Scale keep(const Best<Scale> & best, Panel & panel, int strip, int index) {
        store(best.scale, panel.scales[index] + strip * LANES);
        store(best.minimum, panel.minimums[index] + strip * LANES);
        return best.get();
    }
};

template <typename Format, typename Levels, bool BOTH>
struct SimpleEven : Simple {
    static constexpr int BYTES = Format::BYTES;
    using Scale = Levels;

    static Scale search(const Group<GROUP> & group, Panel & panel, int strip, int index) {
        return keep(search_symmetric<GROUP, Scale>(group, HalfSnap{}, Format::STEPS), panel, strip, index);
    }
    static void write(const Panel & panel, int row, int block, uint8_t * target) {
        Format::store_codes(panel.scales[block][row], panel.codes[row] + block * GROUP, target);
    }
};

template <typename Format, int HIGHEST>
struct SimpleAffine : Simple {
    static constexpr int BYTES = Format::BYTES;
    using Scale = Affine<HIGHEST>;

    static Scale search(const Group<GROUP> & group, Panel & panel, int strip, int index) {
        return keep(
            search_affine_scale<GROUP, Scale, false>(group, HalfSnap{}, -0.05f, 0.15f, 5, 2), panel, strip, index);
    }
    static void write(const Panel & panel, int row, int block, uint8_t * target) {
        int32_t all[GROUP];
        for (int i = 0; i < GROUP; ++i) {
            all[i] = panel.codes[row][block * GROUP + i];
        }
        const BlockLevels levels = {load(all), load(all + LANES)};
        Format::store(panel.scales[block][row], panel.minimums[block][row], levels, target);
    }
};

template <typename Base>
struct Nibbles : Base {
    static void store_codes(float scale, const uint8_t * codes, uint8_t * target) {
        int32_t all[BLOCK];
        for (int i = 0; i < BLOCK; ++i) {
            all[i] = codes[i];
        }
        const BlockLevels levels = {load(all), load(all + LANES)};
        Base::store(scale, 0, levels, target);
    }
};

struct Q40Format : Nibbles<Q40> {
    static constexpr Steps STEPS{0.7f, 1.15f, 10, true, 2};
};
struct Q50Format : Nibbles<Q50> {
    static constexpr Steps STEPS{0.7f, 1.15f, 10, true, 2};
};
struct IQ4NLFormat : Nibbles<Q40> { // the same bytes
    static constexpr Steps STEPS{0.7f, 1.15f, 10, true, 2};
};
struct Q80Format {
    static constexpr int BYTES = 34;
    static constexpr Steps STEPS{0.95f, 1.02f, 8, false, 1};

    static void store_codes(float scale, const uint8_t * codes, uint8_t * target) {
        store_half(scale, target);
        for (int i = 0; i < BLOCK; ++i) {
            target[2 + i] = static_cast<uint8_t>(codes[i] - 127);
        }
    }
};

} // namespace
} // namespace rounding

#endif
