// The types with blocks of 32 that have their own scale.
#ifndef SHEARLING_ROUNDING_SIMPLE_FORMATS_H
#define SHEARLING_ROUNDING_SIMPLE_FORMATS_H

#include "../block_kernels/simple_types.h"
#include "rows.h"
#include "search.h"

namespace rounding {
namespace {

inline void read_levels(const uint8_t * codes, BlockLevels & levels) {
    int32_t all[BLOCK];
    for (int i = 0; i < BLOCK; ++i) {
        all[i] = codes[i];
    }
    levels[0] = load(all);
    levels[1] = load(all + LANES);
}

struct Simple {
    static constexpr int GROUP = BLOCK;
    static constexpr int BLOCK_COLUMNS = BLOCK;

    static void begin(const Place &) {}

    template <typename Scale>
    static Scale keep(const Best<Scale> & best, const Workspace & work, int strip, int64_t block) {
        store(best.scale, work.scales[block] + strip * LANES);
        store(best.minimum, work.minimums[block] + strip * LANES);
        return best.get();
    }
};

// Format: STEPS of the search, and how a block is stored.
template <typename Format, typename Scale>
struct SimpleEven : Simple {
    static constexpr int BYTES = Format::BYTES;

    static Scale search(const Group<GROUP> & group, const Workspace & work, int strip, int64_t block) {
        return keep(search_symmetric<GROUP, Scale>(group, HalfSnap{}, Format::STEPS), work, strip, block);
    }
    static void write(const Workspace & work, int row, int64_t block, const uint8_t * codes, uint8_t * target) {
        Format::store_codes(work.scales[block][row], codes, target);
    }
};

template <typename Format, int HIGHEST>
struct SimpleAffine : Simple {
    static constexpr int BYTES = Format::BYTES;
    static constexpr Steps STEPS{-0.05f, 0.15f, 5, false, 2};
    using Scale = Affine<HIGHEST>;

    static Scale search(const Group<GROUP> & group, const Workspace & work, int strip, int64_t block) {
        return keep(search_range<GROUP, Scale, false>(group, HalfSnap{}, STEPS), work, strip, block);
    }
    static void write(const Workspace & work, int row, int64_t block, const uint8_t * codes, uint8_t * target) {
        BlockLevels levels;
        read_levels(codes, levels);
        Format::store(work.scales[block][row], work.minimums[block][row], levels, target);
    }
};

template <typename Base>
struct Nibbles : Base {
    static void store_codes(float scale, const uint8_t * codes, uint8_t * target) {
        BlockLevels levels;
        read_levels(codes, levels);
        Base::store(scale, 0, levels, target);
    }
};

struct Q40Format : Nibbles<Q40> {
    static constexpr Steps STEPS{0.7f, 1.15f, 9, true, 2};
};
struct Q50Format : Nibbles<Q50> {
    static constexpr Steps STEPS{0.65f, 1.25f, 12, true, 2};
};
struct IQ4NLFormat : Nibbles<Q40> { // the same bytes
    static constexpr Steps STEPS{0.65f, 1.25f, 12, true, 2};
};
struct Q80Format {
    static constexpr int BYTES = 34;
    static constexpr Steps STEPS{0.88f, 1.03f, 10, false, 2};

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
