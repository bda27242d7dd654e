#include "block_kernels.h"

#include "block_values.h"

#include <gtest/gtest.h>

#include <array>

namespace {

constexpr std::array TYPES{GGML_TYPE_Q4_0, GGML_TYPE_Q4_1, GGML_TYPE_Q5_0, GGML_TYPE_Q5_1, GGML_TYPE_Q2_K,
    GGML_TYPE_Q3_K, GGML_TYPE_Q4_K, GGML_TYPE_Q5_K, GGML_TYPE_Q6_K, GGML_TYPE_IQ4_NL, GGML_TYPE_IQ4_XS};

// ggml takes ten seconds to make its tables for these, and is slow in using them.
constexpr std::array GRIDS{GGML_TYPE_IQ2_XXS, GGML_TYPE_IQ2_XS, GGML_TYPE_IQ2_S, GGML_TYPE_IQ3_XXS, GGML_TYPE_IQ3_S};

// Every variant that this processor can run, beside ggml.
void expect_as_ggml(ggml_type type, int kind, int weighing, uint32_t seed, int64_t rows, int64_t columns) {
    const auto x = block_values::values(kind, seed, type, rows, columns);
    const auto importance = block_values::importance(weighing, seed, type, columns);
    const float * const given = importance.empty() ? nullptr : importance.data();
    std::vector<uint8_t> expected(static_cast<size_t>(rows) * ggml_row_size(type, columns));
    ggml_quantize_chunk(type, x.data(), expected.data(), 0, rows, columns, given);
    block_kernels::Variant variants[block_kernels::MOST_VARIANTS];
    const int count = block_kernels::variants(variants);
    for (int i = 0; i < count; ++i) {
        std::vector<uint8_t> got(expected.size(), 0xAA);
        variants[i].kernel(type)(x.data(), got.data(), rows, columns, given);
        ASSERT_EQ(got, expected) << ggml_type_name(type) << " " << variants[i].name << ", values " << kind
                                 << ", importance " << weighing << ", seed " << seed;
    }
}

} // namespace

TEST(BlockKernels, kernel_everyTypeOfOurs_there) {
    for (const auto type : TYPES) {
        EXPECT_NE(block_kernels::kernel(type), nullptr) << ggml_type_name(type);
    }
    for (const auto type : GRIDS) {
        EXPECT_NE(block_kernels::kernel(type), nullptr) << ggml_type_name(type);
    }
    EXPECT_EQ(block_kernels::kernel(GGML_TYPE_F32), nullptr);
    EXPECT_EQ(block_kernels::kernel(-1), nullptr);
}

TEST(BlockKernels, kernel_manyKindsOfValues_asGgml) {
    for (const auto type : TYPES) {
        for (int kind = 0; kind < block_values::VALUE_KINDS; ++kind) {
            for (int weighing = 0; weighing < block_values::IMPORTANCE_KINDS; ++weighing) {
                const auto seed = static_cast<uint32_t>(7 * kind + weighing);
                expect_as_ggml(type, kind, weighing, seed, 3, 3 * 256);
            }
        }
    }
}

TEST(BlockKernels, kernel_anyShape_asGgml) {
    for (const auto type : TYPES) {
        for (int64_t rows = 1; rows < 20; rows += 3) {
            for (int64_t blocks = 1; blocks < 40; blocks += 6) {
                const int64_t columns = blocks * ggml_blck_size(type);
                if (rows * columns < 12'000) {
                    expect_as_ggml(type, 0, static_cast<int>(blocks % 2), 1, rows, columns);
                }
            }
        }
    }
}

TEST(GridRows, kernel_manyKindsOfValues_asGgml) {
    for (const auto type : GRIDS) {
        for (int kind = 0; kind < block_values::VALUE_KINDS; ++kind) {
            for (int weighing = 0; weighing < block_values::IMPORTANCE_KINDS; ++weighing) {
                expect_as_ggml(type, kind, weighing, static_cast<uint32_t>(kind), 1 + weighing % 2, 256);
            }
        }
        expect_as_ggml(type, 0, 1, 1, 3, 3 * 256);
    }
}
