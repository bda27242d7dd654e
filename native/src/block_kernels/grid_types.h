// iq2_xxs, iq2_xs, iq2_s, iq3_xxs and iq3_s: what is their own. See on_grid.h.
#ifndef SHEARLING_GRID_TYPES_H
#define SHEARLING_GRID_TYPES_H

#include "grid_blocks.h"
#include "super_block.h"

#include "ggml.h"

namespace block_kernels {
namespace {

// The blocks of a super-block, as they are stored.
template <typename Type>
struct Stored {
    static constexpr int BLOCKS = SUPER_BLOCK / Type::SIZE;

    float unit;
    Array<bool, BLOCKS> empty;
    Array<uint32_t, BLOCKS> scales; // 0 to 15: (2 * scale + 1) times the unit
    Array<uint32_t[Type::SIZE / Type::DIMENSIONS], BLOCKS> indices;
    Array<uint32_t[Type::SIZE / 8], BLOCKS> signs;
};

inline void store_little_endian(uint32_t value, int bytes, uint8_t * target) {
    for (int i = 0; i < bytes; ++i) {
        target[i] = static_cast<uint8_t>(value >> (8 * i));
    }
}

// Two of four bits to a byte.
inline void pack_scales(const uint32_t * scales, int count, uint8_t * target) {
    for (int i = 0; i < count / 2; ++i) {
        target[i] = static_cast<uint8_t>(scales[2 * i] | scales[2 * i + 1] << 4);
    }
}

// Four times seven signs, and a scale above them.
inline uint32_t signs_and_scale(const uint32_t * signs, uint32_t scale) {
    return signs[0] | signs[1] << 7 | signs[2] << 14 | signs[3] << 21 | scale << 28;
}

struct IQ2XXS {
    static constexpr int32_t TYPE = GGML_TYPE_IQ2_XXS;
    static constexpr int BYTES = 66;
    static constexpr int SIZE = 32;
    static constexpr int DIMENSIONS = 8;
    static constexpr int BITS = 2;
    static constexpr int STEPS = 6;
    static constexpr float STEP = 0.1f;
    static constexpr float SMALLEST = SMALLEST_GROUP; // of the largest values of blocks that are not empty
    static constexpr float SPREAD = 1; // of the mean square, in the weights
    static constexpr float FUDGE = 1; // of the unit
    static constexpr bool EVEN_SIGNS = true;
    static constexpr bool SCALED_FIRST = true; // by the search for scales
    static constexpr Refine REFINE = Refine::ALL;

    static Floats weigh_alone(const Floats & x, const Floats &) { return x; } // refused before

    static void store(const Stored<IQ2XXS> & from, uint8_t * target) {
        for (int block = 0; block < 8; ++block) {
            for (int group = 0; group < 4; ++group) {
                target[2 + 8 * block + group] = static_cast<uint8_t>(from.indices[block][group]);
            }
            store_little_endian(signs_and_scale(from.signs[block], from.scales[block]), 4, target + 6 + 8 * block);
        }
    }
};

struct IQ2XS {
    static constexpr int32_t TYPE = GGML_TYPE_IQ2_XS;
    static constexpr int BYTES = 74;
    static constexpr int SIZE = 16;
    static constexpr int DIMENSIONS = 8;
    static constexpr int BITS = 2;
    static constexpr int STEPS = 9;
    static constexpr float STEP = 0.1f;
    static constexpr float SMALLEST = SMALLEST_GROUP;
    static constexpr float SPREAD = 1;
    static constexpr float FUDGE = 1;
    static constexpr bool EVEN_SIGNS = true;
    static constexpr bool SCALED_FIRST = false;
    static constexpr Refine REFINE = Refine::OFF_GRID;

    static Floats weigh_alone(const Floats & x, const Floats &) { return x; } // refused before

    static void store(const Stored<IQ2XS> & from, uint8_t * target) {
        for (int i = 0; i < 32; ++i) {
            store_little_endian(from.indices[i / 2][i % 2] | from.signs[i / 2][i % 2] << 9, 2, target + 2 + 2 * i);
        }
        pack_scales(from.scales, 16, target + 66);
    }
};

struct IQ2S {
    static constexpr int32_t TYPE = GGML_TYPE_IQ2_S;
    static constexpr int BYTES = 82;
    static constexpr int SIZE = 16;
    static constexpr int DIMENSIONS = 8;
    static constexpr int BITS = 2;
    static constexpr int STEPS = 9;
    static constexpr float STEP = 0.1f;
    static constexpr float SMALLEST = 1e-8f;
    static constexpr float SPREAD = 2;
    static constexpr float FUDGE = 0.9875f;
    static constexpr bool EVEN_SIGNS = false;
    static constexpr bool SCALED_FIRST = false;
    static constexpr Refine REFINE = Refine::OFF_GRID;

    static Floats weigh_alone(const Floats & x, const Floats & spread) { return every(0.25f) * spread + x * x; }

    static void store(const Stored<IQ2S> & from, uint8_t * target) {
        for (int i = 0; i < 32; ++i) {
            const uint32_t index = from.indices[i / 2][i % 2];
            target[2 + i] = static_cast<uint8_t>(index);
            target[34 + i] = static_cast<uint8_t>(from.signs[i / 2][i % 2]);
            target[66 + i / 4] = static_cast<uint8_t>(target[66 + i / 4] | (index >> 8) << (2 * (i % 4)));
        }
        pack_scales(from.scales, 16, target + 74);
    }
};

struct IQ3XXS {
    static constexpr int32_t TYPE = GGML_TYPE_IQ3_XXS;
    static constexpr int BYTES = 98;
    static constexpr int SIZE = 32;
    static constexpr int DIMENSIONS = 4;
    static constexpr int BITS = 3;
    static constexpr int STEPS = 15;
    static constexpr float STEP = 0.2f;
    static constexpr float SMALLEST = 1e-8f;
    static constexpr float SPREAD = 2;
    static constexpr float FUDGE = 1.0125f;
    static constexpr bool EVEN_SIGNS = true;
    static constexpr bool SCALED_FIRST = false;
    static constexpr Refine REFINE = Refine::OFF_GRID;

    static Floats weigh_alone(const Floats & x, const Floats &) { return x * x; }

    static void store(const Stored<IQ3XXS> & from, uint8_t * target) {
        for (int block = 0; block < 8; ++block) {
            for (int group = 0; group < 8; ++group) {
                target[2 + 8 * block + group] = static_cast<uint8_t>(from.indices[block][group]);
            }
            store_little_endian(signs_and_scale(from.signs[block], from.scales[block]), 4, target + 66 + 4 * block);
        }
    }
};

struct IQ3S {
    static constexpr int32_t TYPE = GGML_TYPE_IQ3_S;
    static constexpr int BYTES = 110;
    static constexpr int SIZE = 32;
    static constexpr int DIMENSIONS = 4;
    static constexpr int BITS = 3;
    static constexpr int STEPS = 9;
    static constexpr float STEP = 0.2f;
    static constexpr float SMALLEST = 0; // only zeros are empty
    static constexpr float SPREAD = 2;
    static constexpr float FUDGE = 1.033f;
    static constexpr bool EVEN_SIGNS = false;
    static constexpr bool SCALED_FIRST = false;
    static constexpr Refine REFINE = Refine::ANY;

    static Floats weigh_alone(const Floats & x, const Floats &) { return x * x; }

    // A defect of ggml's: the lower bits and the signs of what follows an empty block begin a block too early. The
    // bytes are to be the same, so it is ours too.
    static void store(const Stored<IQ3S> & from, uint8_t * target) {
        int place = 0;
        for (int block = 0; block < 8; ++block) {
            uint32_t upper = 0;
            for (int group = 0; group < 8; ++group) {
                target[2 + 8 * place + group] = static_cast<uint8_t>(from.indices[block][group]);
                upper |= (from.indices[block][group] >> 8) << group;
            }
            target[66 + block] = static_cast<uint8_t>(upper);
            for (int eight = 0; eight < 4; ++eight) {
                target[74 + 4 * place + eight] = static_cast<uint8_t>(from.signs[block][eight]);
            }
            place += from.empty[block] ? 0 : 1;
        }
        pack_scales(from.scales, 8, target + 106);
    }
};

} // namespace
} // namespace block_kernels

#endif
