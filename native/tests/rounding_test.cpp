#include "rounding_kernels.h"

#include "fixture.h"

#include "ggml.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <random>

namespace {

constexpr std::array TYPES{GGML_TYPE_Q4_0, GGML_TYPE_Q4_1, GGML_TYPE_Q5_0, GGML_TYPE_Q5_1, GGML_TYPE_Q8_0,
    GGML_TYPE_Q2_K, GGML_TYPE_Q3_K, GGML_TYPE_Q4_K, GGML_TYPE_Q5_K, GGML_TYPE_Q6_K, GGML_TYPE_IQ4_NL, GGML_TYPE_IQ4_XS};

constexpr int64_t RUN = 32;

// A square matrix, row after row.
struct Square {
    int64_t side;
    std::vector<double> values;

    explicit Square(int64_t a_side) : side(a_side), values(static_cast<size_t>(a_side * a_side)) {}
    double & at(int64_t i, int64_t j) { return values[static_cast<size_t>(i * side + j)]; }
    double at(int64_t i, int64_t j) const { return values[static_cast<size_t>(i * side + j)]; }
};

std::vector<float> normal(uint32_t seed, int64_t count, float scale) {
    std::mt19937 random(seed);
    std::normal_distribution<float> next(0, scale);
    std::vector<float> out(static_cast<size_t>(count));
    std::generate(out.begin(), out.end(), [&] { return next(random); });
    return out;
}

// Of few strong directions and a little of its own for each column.
Square correlated(uint32_t seed, int64_t side) {
    constexpr int64_t RANK = 24;
    const auto directions = normal(seed, side * RANK, 1);
    const auto own = normal(seed + 1, side, 1);
    Square out(side);
    for (int64_t i = 0; i < side; ++i) {
        for (int64_t j = 0; j < side; ++j) {
            for (int64_t k = 0; k < RANK; ++k) {
                out.at(i, j) += static_cast<double>(directions[static_cast<size_t>(i * RANK + k)])
                    * static_cast<double>(directions[static_cast<size_t>(j * RANK + k)]);
            }
        }
        out.at(i, i) += 0.05 + 0.2 * std::fabs(static_cast<double>(own[static_cast<size_t>(i)]));
    }
    return out;
}

Square identity(int64_t side) {
    Square out(side);
    for (int64_t i = 0; i < side; ++i) {
        out.at(i, i) = 1;
    }
    return out;
}

int64_t column_at(const std::vector<int32_t> & order, int64_t at) {
    return order.empty() ? at : int64_t{order[static_cast<size_t>(at / RUN)]} * RUN + at % RUN;
}

// R of H = R R^T in an order, upper triangular, column after column; NaN where it must not be read.
std::vector<float> factor(const Square & h, const std::vector<int32_t> & order = {}) {
    const int64_t n = h.side;
    Square r(n);
    for (int64_t j = n - 1; j >= 0; --j) {
        for (int64_t i = j; i >= 0; --i) {
            double sum = h.at(column_at(order, i), column_at(order, j));
            for (int64_t k = j + 1; k < n; ++k) {
                sum -= r.at(i, k) * r.at(j, k);
            }
            r.at(i, j) = i == j ? std::sqrt(sum) : sum / r.at(j, j);
        }
    }
    std::vector<float> out(static_cast<size_t>(n * n), std::numeric_limits<float>::quiet_NaN());
    for (int64_t j = 0; j < n; ++j) {
        for (int64_t k = 0; k <= j; ++k) {
            out[static_cast<size_t>(j * n + k)] = static_cast<float>(r.at(k, j));
        }
    }
    return out;
}

std::vector<float> dequantized(ggml_type type, const std::vector<uint8_t> & blocks, int64_t rows, int64_t columns) {
    std::vector<float> out(static_cast<size_t>(rows * columns));
    EXPECT_EQ(shl_rows_dequantize(type, blocks.data(), static_cast<int64_t>(blocks.size()), out.data(),
                  static_cast<int64_t>(out.size()), rows, columns),
        SHL_OK)
        << shl_last_error();
    return out;
}

// tr(E H E^T)
double loss_of(const std::vector<float> & weights, const std::vector<float> & rounded, const Square & h) {
    const auto rows = static_cast<int64_t>(weights.size()) / h.side;
    double loss = 0;
    for (int64_t row = 0; row < rows; ++row) {
        std::vector<double> error(static_cast<size_t>(h.side));
        for (int64_t i = 0; i < h.side; ++i) {
            const auto at = static_cast<size_t>(row * h.side + i);
            error[static_cast<size_t>(i)] = static_cast<double>(weights[at]) - static_cast<double>(rounded[at]);
        }
        for (int64_t i = 0; i < h.side; ++i) {
            loss += error[static_cast<size_t>(i)]
                * std::inner_product(error.begin(), error.end(), h.values.begin() + i * h.side, 0.0);
        }
    }
    return loss;
}

// The sum of R[j, j]^2 * delta_j^2 by the recurrence as the header has it.
double loss_by_columns(const std::vector<float> & weights, const std::vector<float> & rounded,
    const std::vector<float> & r, int64_t n, const std::vector<int32_t> & order) {
    double loss = 0;
    for (size_t row = 0; row < weights.size(); row += static_cast<size_t>(n)) {
        std::vector<double> error;
        for (int64_t j = 0; j < n; ++j) {
            const size_t at = row + static_cast<size_t>(column_at(order, j));
            const double diagonal = static_cast<double>(r[static_cast<size_t>(j * n + j)]);
            double value = static_cast<double>(weights[at]);
            for (int64_t k = 0; k < j; ++k) {
                value +=
                    error[static_cast<size_t>(k)] * static_cast<double>(r[static_cast<size_t>(j * n + k)]) / diagonal;
            }
            const double left = value - static_cast<double>(rounded[at]);
            loss += diagonal * diagonal * left * left;
            error.push_back(static_cast<double>(weights[at]) - static_cast<double>(rounded[at]));
        }
    }
    return loss;
}

shl_status round_rows(ggml_type type, const std::vector<float> & weights, const std::vector<float> & r,
    std::vector<uint8_t> & blocks, int64_t columns, double * loss, const std::vector<int32_t> & order = {}) {
    const auto rows = static_cast<int64_t>(weights.size()) / columns;
    blocks.assign(static_cast<size_t>(rows) * ggml_row_size(type, columns), 0xAA);
    return shl_rows_round(type, weights.data(), static_cast<int64_t>(weights.size()), r.data(),
        static_cast<int64_t>(r.size()), order.empty() ? nullptr : order.data(), blocks.data(),
        static_cast<int64_t>(blocks.size()), rows, columns, loss);
}

std::vector<uint8_t> quantized(ggml_type type, const std::vector<float> & weights, const Square & h) {
    const int64_t rows = static_cast<int64_t>(weights.size()) / h.side;
    std::vector<float> importance;
    for (int64_t i = 0; i < h.side; ++i) {
        importance.push_back(static_cast<float>(h.at(i, i)));
    }
    std::vector<uint8_t> blocks(static_cast<size_t>(rows) * ggml_row_size(type, h.side));
    EXPECT_EQ(shl_rows_quantize(type, weights.data(), static_cast<int64_t>(weights.size()), blocks.data(),
                  static_cast<int64_t>(blocks.size()), rows, h.side, importance.data()),
        SHL_OK)
        << shl_last_error();
    return blocks;
}

std::vector<int32_t> shuffled(int64_t columns) {
    std::vector<int32_t> order(static_cast<size_t>(columns / RUN));
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937(7));
    return order;
}

} // namespace

TEST(Rounding, typeRounds_everyType_asTheHeaderSays) {
    for (int32_t type = -1; type <= GGML_TYPE_COUNT; ++type) {
        EXPECT_EQ(shl_type_rounds(type), std::find(TYPES.begin(), TYPES.end(), type) != TYPES.end()) << type;
    }
}

TEST(Rounding, round_correlatedInputs_lossOfTheBlocksAndFarBelowThatOfImportance) {
    constexpr int64_t COLUMNS = 512;
    constexpr int64_t ROWS = 20;
    const auto h = correlated(1, COLUMNS);
    const auto weights = normal(3, ROWS * COLUMNS, 0.05f);
    for (const auto & order : {std::vector<int32_t>{}, shuffled(COLUMNS)}) {
        const auto r = factor(h, order);
        for (const auto type : TYPES) {
            std::vector<uint8_t> blocks;
            double loss = -1;
            ASSERT_EQ(round_rows(type, weights, r, blocks, COLUMNS, &loss, order), SHL_OK) << shl_last_error();
            const auto rounded = dequantized(type, blocks, ROWS, COLUMNS);
            EXPECT_NEAR(loss, loss_of(weights, rounded, h), 1e-3 * loss) << ggml_type_name(type);
            EXPECT_NEAR(loss, loss_by_columns(weights, rounded, r, COLUMNS, order), 1e-4 * loss)
                << ggml_type_name(type);
            const auto plain = dequantized(type, quantized(type, weights, h), ROWS, COLUMNS);
            EXPECT_LT(loss, 0.1 * loss_of(weights, plain, h)) << ggml_type_name(type);
        }
    }
}

TEST(Rounding, round_independentInputs_noWorseThanImportance) {
    constexpr int64_t COLUMNS = 512;
    constexpr int64_t ROWS = 64;
    const auto h = identity(COLUMNS);
    const auto r = factor(h);
    for (uint32_t seed = 0; seed < 3; ++seed) {
        const auto weights = normal(seed, ROWS * COLUMNS, 0.05f);
        for (const auto type : TYPES) {
            std::vector<uint8_t> blocks;
            double loss = -1;
            ASSERT_EQ(round_rows(type, weights, r, blocks, COLUMNS, &loss), SHL_OK) << shl_last_error();
            const auto plain = dequantized(type, quantized(type, weights, h), ROWS, COLUMNS);
            EXPECT_LE(loss, loss_of(weights, plain, h)) << ggml_type_name(type);
        }
    }
}

TEST(Rounding, round_anyDivisionOfRows_sameBytes) {
    constexpr int64_t COLUMNS = 768;
    constexpr int64_t ROWS = 150;
    const auto order = shuffled(COLUMNS);
    const auto r = factor(correlated(5, COLUMNS), order);
    const auto weights = normal(6, ROWS * COLUMNS, 0.05f);
    for (const auto type : TYPES) {
        std::vector<uint8_t> whole;
        double whole_loss = -1;
        ASSERT_EQ(round_rows(type, weights, r, whole, COLUMNS, &whole_loss, order), SHL_OK);
        std::vector<uint8_t> parts;
        double sum = 0;
        int64_t row = 0;
        for (const int64_t count : {1, 16, 3, 64, 66}) {
            const std::vector<float> some(weights.begin() + row * COLUMNS, weights.begin() + (row + count) * COLUMNS);
            std::vector<uint8_t> blocks;
            double loss = -1;
            ASSERT_EQ(round_rows(type, some, r, blocks, COLUMNS, &loss, order), SHL_OK);
            parts.insert(parts.end(), blocks.begin(), blocks.end());
            sum += loss;
            row += count;
        }
        ASSERT_EQ(row, ROWS);
        EXPECT_EQ(parts, whole) << ggml_type_name(type);
        EXPECT_NEAR(sum, whole_loss, 1e-12 * whole_loss) << ggml_type_name(type);
    }
}

TEST(Rounding, round_everyVariant_sameBytes) {
    constexpr int64_t COLUMNS = 512;
    constexpr int64_t ROWS = 70;
    const auto order = shuffled(COLUMNS);
    const auto r = factor(correlated(8, COLUMNS), order);
    const auto weights = normal(9, ROWS * COLUMNS, 0.05f);
    rounding::Variant variants[rounding::MOST_VARIANTS];
    const int count = rounding::variants(variants);
    for (const auto type : TYPES) {
        std::vector<uint8_t> expected;
        double expected_loss = -1;
        ASSERT_EQ(round_rows(type, weights, r, expected, COLUMNS, &expected_loss, order), SHL_OK);
        for (int i = 0; i < count; ++i) {
            std::vector<uint8_t> got(expected.size(), 0x55);
            const double loss = rounding::round(
                variants[i].kernel(type), weights.data(), r.data(), order.data(), got.data(), ROWS, COLUMNS);
            EXPECT_EQ(got, expected) << ggml_type_name(type) << " " << variants[i].name;
            EXPECT_EQ(loss, expected_loss) << ggml_type_name(type) << " " << variants[i].name;
        }
    }
}

TEST(Rounding, round_zeros_zerosWithoutLoss) {
    constexpr int64_t COLUMNS = 256;
    const auto r = factor(correlated(2, COLUMNS));
    const std::vector<float> weights(3 * COLUMNS);
    for (const auto type : TYPES) {
        std::vector<uint8_t> blocks;
        double loss = -1;
        ASSERT_EQ(round_rows(type, weights, r, blocks, COLUMNS, &loss), SHL_OK);
        EXPECT_EQ(loss, 0) << ggml_type_name(type);
        for (const float value : dequantized(type, blocks, 3, COLUMNS)) {
            ASSERT_EQ(value, 0) << ggml_type_name(type);
        }
    }
}

TEST(Rounding, round_hugeAndTinyWeights_finiteAndLossOfTheBlocks) {
    constexpr int64_t ROWS = 5;
    for (const auto type : TYPES) {
        const int64_t columns = ggml_blck_size(type);
        const auto h = correlated(4, columns);
        const auto r = factor(h);
        for (const float scale : {1e-38f, 1e-20f, 1e-8f, 1e-6f, 20000.0f}) {
            auto weights = normal(11, ROWS * columns, scale);
            for (size_t i = 0; i < weights.size(); ++i) {
                weights[i] = std::max(-65504.0f, std::min(65504.0f, weights[i]));
            }
            std::vector<uint8_t> blocks;
            double loss = -1;
            ASSERT_EQ(round_rows(type, weights, r, blocks, columns, &loss), SHL_OK) << shl_last_error();
            const auto rounded = dequantized(type, blocks, ROWS, columns);
            EXPECT_TRUE(std::all_of(rounded.begin(), rounded.end(), [](float x) { return std::isfinite(x); }));
            const double expected = loss_of(weights, rounded, h);
            EXPECT_NEAR(loss, expected, 1e-3 * expected + 1e-30) << ggml_type_name(type) << " " << scale;
            // What rounding to nothing would lose.
            EXPECT_LE(loss, 1.0001 * loss_of(weights, std::vector<float>(weights.size()), h)) << ggml_type_name(type);
        }
    }
}

TEST(Rounding, round_oneStrongColumn_keepsIt) {
    constexpr int64_t COLUMNS = 256;
    auto h = identity(COLUMNS);
    h.at(77, 77) = 1e8;
    const auto weights = normal(12, 4 * COLUMNS, 0.05f);
    for (const auto type : TYPES) {
        std::vector<uint8_t> blocks;
        double loss = -1;
        ASSERT_EQ(round_rows(type, weights, factor(h), blocks, COLUMNS, &loss), SHL_OK);
        const auto rounded = dequantized(type, blocks, 4, COLUMNS);
        EXPECT_NEAR(loss, loss_of(weights, rounded, h), 1e-3 * loss) << ggml_type_name(type);
        for (size_t at = 77; at < weights.size(); at += COLUMNS) {
            EXPECT_NEAR(rounded[at], weights[at], 0.02) << ggml_type_name(type);
        }
    }
}

TEST(Rounding, round_nothing_nothing) {
    uint8_t target = 7;
    const float some = 1;
    double loss = -1;
    EXPECT_EQ(shl_rows_round(GGML_TYPE_Q4_0, &some, 0, &some, 0, nullptr, &target, 0, 0, 0, &loss), SHL_OK);
    EXPECT_EQ(loss, 0);
    EXPECT_EQ(target, 7);
}

TEST(Rounding, round_noPlaceForTheLoss_rounds) {
    std::vector<uint8_t> blocks;
    EXPECT_EQ(round_rows(GGML_TYPE_Q4_0, normal(1, 64, 1), factor(identity(32)), blocks, 32, nullptr), SHL_OK);
}

TEST(Rounding, round_whatCannotBe_refusedWithACause) {
    constexpr auto TYPE = GGML_TYPE_Q4_0;
    const std::vector<float> weights = normal(1, 128, 1);
    const std::vector<float> r = factor(identity(64));
    std::vector<uint8_t> blocks(36 * 2);
    double loss = -1;
    const auto refused = [&](int32_t type, const float * w, int64_t elements, const float * f, int64_t factor_elements,
                             const int32_t * order, uint8_t * target, int64_t bytes, int64_t rows, int64_t columns,
                             const std::string & cause) {
        EXPECT_EQ(shl_rows_round(type, w, elements, f, factor_elements, order, target, bytes, rows, columns, &loss),
            SHL_INVALID_ARGUMENT);
        EXPECT_NE(std::string(shl_last_error()).find(cause), std::string::npos) << shl_last_error();
        EXPECT_EQ(loss, -1);
    };
    const auto with = [&](const std::vector<float> & w, const std::vector<float> & f,
                          const std::vector<int32_t> & order, const std::string & cause) {
        refused(TYPE, w.data(), 128, f.data(), 64 * 64, order.empty() ? nullptr : order.data(), blocks.data(), 72, 2,
            64, cause);
    };
    for (const int32_t type : {-1, 0, 1, 4, 16, 30, 1000}) {
        refused(type, weights.data(), 128, r.data(), 4096, nullptr, blocks.data(), 72, 2, 64, "tensor type");
    }
    refused(TYPE, nullptr, 128, r.data(), 4096, nullptr, blocks.data(), 72, 2, 64, "NULL");
    refused(TYPE, weights.data(), 128, nullptr, 4096, nullptr, blocks.data(), 72, 2, 64, "NULL");
    refused(TYPE, weights.data(), 128, r.data(), 4096, nullptr, nullptr, 72, 2, 64, "NULL");
    refused(TYPE, weights.data(), 127, r.data(), 4096, nullptr, blocks.data(), 72, 2, 64, "128 weights");
    refused(TYPE, weights.data(), 128, r.data(), 4095, nullptr, blocks.data(), 72, 2, 64, "4096 floats");
    refused(TYPE, weights.data(), 128, r.data(), 4096, nullptr, blocks.data(), 71, 2, 64, "72 bytes");
    refused(TYPE, weights.data(), 128, r.data(), 4096, nullptr, blocks.data(), 72, 2, 60, "multiple of the 32");
    refused(TYPE, weights.data(), 128, r.data(), 4096, nullptr, blocks.data(), 72, -1, 64, "negative");
    refused(TYPE, weights.data(), 128, r.data(), 4096, nullptr, blocks.data(), 72, 2, -64, "negative");
    refused(TYPE, weights.data(), 128, r.data(), 4096, nullptr, blocks.data(), 72,
        std::numeric_limits<int64_t>::max() / 8, 64, "too large");
    for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 7e4f}) {
        auto bad = weights;
        bad[64 + 5] = value;
        with(bad, r, {}, "row 1, column 5");
    }
    for (const float value :
        {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 0.0f, -1.0f}) {
        auto bad = r;
        bad[9 * 64 + 9] = value;
        with(weights, bad, {}, "column 9");
    }
    auto hidden = r;
    hidden[9 * 64 + 3] = std::numeric_limits<float>::quiet_NaN();
    with(weights, hidden, {}, "not finite");
    with(weights, r, {0, 2}, "place 1");
    with(weights, r, {0, 0}, "place 1");
    with(weights, r, {-1, 0}, "place 0");
}
