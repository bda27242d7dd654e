// iq2_xxs, iq2_xs, iq2_s, iq3_xxs and iq3_s.
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

inline void store_bytes(uint32_t value, int bytes, uint8_t * target) {
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
            store_bytes(signs_and_scale(from.signs[block], from.scales[block]), 4, target + 6 + 8 * block);
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
            store_bytes(from.indices[i / 2][i % 2] | from.signs[i / 2][i % 2] << 9, 2, target + 2 + 2 * i);
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
            store_bytes(signs_and_scale(from.signs[block], from.scales[block]), 4, target + 66 + 4 * block);
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

template <typename Type>
inline void search_grid(const Source & source, const Grid & grid, int64_t first, int count, OnGrid<Type> & out) {
    constexpr int PER_SUPER_BLOCK = SUPER_BLOCK / Type::SIZE;
    const float * const x = source.x + first * Type::SIZE;
    alignas(64) float sums[LANES];
    alignas(64) float spread[LANES] = {};
    store(every(Type::SPREAD) * sums_of_squares(x, SUPER_BLOCK, SUPER_BLOCK, count / PER_SUPER_BLOCK)
            / every(static_cast<float>(SUPER_BLOCK)),
        sums);
    for (int lane = 0; lane < count; ++lane) {
        spread[lane] = sums[lane / PER_SUPER_BLOCK];
    }
    Array<Floats, Type::SIZE> values;
    Array<Floats, Type::SIZE> weight;
    gather<Type::SIZE>(x, Type::SIZE, count, values);
    if (source.importance != nullptr) {
        gather_importance<Type::SIZE>(source, first, count, weight);
        weigh<Type::SIZE>(values, weight, load(spread), weight);
    } else {
        for (int i = 0; i < Type::SIZE; ++i) {
            weight[i] = Type::weigh_alone(values[i], load(spread));
        }
    }
    search_grid(grid, values, weight, out);
}

// The scales of a super-block as multiples of one; whether there is one.
template <typename Type>
inline bool store_scales(const float * scale, Stored<Type> & out) {
    float top = 0;
    for (int block = 0; block < Stored<Type>::BLOCKS; ++block) {
        top = top > scale[block] ? top : scale[block];
    }
    const float unit = top / 31;
    const float inverse = 1 / unit;
    out.unit = unit * Type::FUDGE;
    for (int block = 0; block < Stored<Type>::BLOCKS; ++block) {
        const int32_t level = nearest(0.5f * (inverse * scale[block] - 1));
        out.scales[block] = top == 0 || level < 0 ? 0 : level > 15 ? 15 : static_cast<uint32_t>(level);
    }
    return top != 0;
}

template <typename Type>
inline void quantize_on_grid(const Source & source, uint8_t * target) {
    constexpr int GROUPS = Type::SIZE / Type::DIMENSIONS;
    constexpr int BLOCKS = Stored<Type>::BLOCKS;
    const Grid & points = grid(Type::TYPE);
    for_blocks<Type::SIZE>(source, [&](int64_t first, int count) {
        OnGrid<Type> found;
        search_grid(source, points, first, count, found);
        alignas(64) float scale[LANES];
        alignas(64) Array<int32_t[LANES], GROUPS> codes;
        alignas(64) Array<int32_t[LANES], Type::SIZE / 8> signs;
        const uint32_t empty = lanes_of(found.empty);
        store(found.scale, scale);
        for (int i = 0; i < GROUPS; ++i) {
            store(found.codes[i], codes[i]);
        }
        for (int i = 0; i < Type::SIZE / 8; ++i) {
            store(found.signs[i], signs[i]);
        }
        for (int start = 0; start < count; start += BLOCKS) {
            uint8_t * const out = target + (first + start) / BLOCKS * Type::BYTES;
            Stored<Type> stored = {};
            std::memset(out, 0, Type::BYTES);
            const bool some = store_scales(scale + start, stored);
            for (int block = 0; block < BLOCKS; ++block) {
                const int lane = start + block;
                stored.empty[block] = (empty >> lane & 1) != 0 || (!some && Type::EVEN_SIGNS);
                for (int i = 0; i < GROUPS && !stored.empty[block]; ++i) {
                    stored.indices[block][i] = points.entries[codes[i][lane]] >> 8;
                }
                for (int i = 0; i < Type::SIZE / 8 && !stored.empty[block]; ++i) {
                    stored.signs[block][i] = static_cast<uint32_t>(signs[i][lane]);
                }
            }
            Type::store(stored, out);
            store_half(some ? stored.unit : 0, out);
        }
    });
}

} // namespace
} // namespace block_kernels

#endif
