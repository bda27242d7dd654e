#include "fixture.h"

#include "ggml.h"
#include "row_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <thread>

namespace row_kernels {

int64_t row_kernels_anywhere(Number from, const uint8_t * source, Number to, uint8_t * target, int64_t count);

} // namespace row_kernels

namespace {

constexpr int64_t ROWS = 3;
constexpr int64_t COLUMNS = 512;

std::vector<float> values(uint32_t seed, float scale = 0.05f) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, scale);
    std::vector<float> out(ROWS * COLUMNS);
    for (auto & value : out) {
        value = normal(random);
    }
    return out;
}

std::vector<float> importance(uint32_t seed) {
    auto out = values(seed, 1);
    out.resize(COLUMNS);
    for (auto & value : out) {
        value = value * value + 1e-3f;
    }
    return out;
}

size_t bytes_of(ggml_type type) {
    return ROWS * ggml_row_size(type, COLUMNS);
}

shl_status quantize(
    int32_t type, const std::vector<float> & source, std::vector<uint8_t> & target, const float * weights) {
    return shl_rows_quantize(type, source.data(), static_cast<int64_t>(source.size()), target.data(),
        static_cast<int64_t>(target.size()), ROWS, COLUMNS, weights);
}

// The table behind these two takes ten seconds to make.
bool slow(int32_t type) {
    return type == GGML_TYPE_IQ1_S || type == GGML_TYPE_IQ1_M;
}

void expect_types_as_ggml(bool slow_ones) {
    const auto source = values(3);
    const auto weights = importance(4);
    for (int32_t type = 0; type < GGML_TYPE_COUNT; ++type) {
        if (slow(type) != slow_ones) {
            continue;
        }
        shl_type_info info;
        if (shl_type_read(type, &info) != SHL_OK || !info.quantizes) {
            std::vector<uint8_t> target(8 * ROWS * COLUMNS);
            EXPECT_EQ(quantize(type, source, target, nullptr), SHL_INVALID_ARGUMENT) << type;
            continue;
        }
        const auto native = static_cast<ggml_type>(type);
        for (const float * const given : {static_cast<const float *>(nullptr), weights.data()}) {
            std::vector<uint8_t> got(bytes_of(native), 0xAA);
            if (given == nullptr && info.needs_importance) {
                EXPECT_EQ(quantize(type, source, got, given), SHL_INVALID_ARGUMENT);
                continue;
            }
            std::vector<uint8_t> expected(got.size(), 0xAA);
            ASSERT_EQ(quantize(type, source, got, given), SHL_OK) << info.name << ": " << shl_last_error();
            ggml_quantize_chunk(native, source.data(), expected.data(), 0, ROWS, COLUMNS, given);
            EXPECT_EQ(got, expected) << info.name;

            std::vector<float> back(ROWS * COLUMNS);
            ASSERT_EQ(shl_rows_dequantize(type, got.data(), static_cast<int64_t>(got.size()), back.data(),
                          ROWS * COLUMNS, ROWS, COLUMNS),
                SHL_OK);
            double error = 0;
            double size = 0;
            for (size_t i = 0; i < back.size(); ++i) {
                error += std::pow(back[i] - source[i], 2);
                size += std::pow(source[i], 2);
            }
            EXPECT_LT(error, 0.7 * size) << info.name;
            if (type != GGML_TYPE_F32) {
                std::vector<float> theirs(COLUMNS);
                ggml_get_type_traits(native)->to_float(
                    got.data() + ggml_row_size(native, COLUMNS), theirs.data(), COLUMNS);
                EXPECT_TRUE(std::equal(theirs.begin(), theirs.end(), back.begin() + COLUMNS)) << info.name;
            }
        }
    }
}

void expect_hard_values_survived(bool slow_ones) {
    const auto weights = importance(5);
    auto sparse = weights; // as of layers that most texts do not reach
    for (size_t i = 0; i < sparse.size(); ++i) {
        sparse[i] = i % 16 == 3 ? 1e-18f : 0;
    }
    std::vector<std::vector<float>> sources{std::vector<float>(ROWS * COLUMNS, 0), values(6, 1e-30f), values(7, 1e-12f),
        values(8, 1e-6f), values(9, 15000)};
    auto spikes = std::vector<float>(ROWS * COLUMNS, 0);
    for (size_t i = 0; i < spikes.size(); i += 37) {
        spikes[i] = i % 2 == 0 ? 60000.0f : -1e-8f;
    }
    sources.push_back(spikes);
    sources.push_back(std::vector<float>(ROWS * COLUMNS, 0.25f));
    for (int32_t type = 0; type < GGML_TYPE_COUNT; ++type) {
        shl_type_info info;
        if (slow(type) != slow_ones || shl_type_read(type, &info) != SHL_OK || !info.quantizes) {
            continue;
        }
        for (auto & source : sources) {
            for (const float * const given : {weights.data(), static_cast<const float *>(sparse.data())}) {
                for (auto & value : source) {
                    value = std::min(65504.0f, std::max(-65504.0f, value));
                }
                std::vector<uint8_t> got(bytes_of(static_cast<ggml_type>(type)));
                const auto status = quantize(type, source, got, given);
                if (std::string(shl_last_error()).find("too large") != std::string::npos && status != SHL_OK) {
                    EXPECT_GT(*std::max_element(source.begin(), source.end()), 1024);
                    continue;
                }
                ASSERT_EQ(status, SHL_OK) << info.name << ": " << shl_last_error();
                std::vector<float> back(ROWS * COLUMNS);
                ASSERT_EQ(shl_rows_dequantize(type, got.data(), static_cast<int64_t>(got.size()), back.data(),
                              ROWS * COLUMNS, ROWS, COLUMNS),
                    SHL_OK);
                for (const float value : back) {
                    ASSERT_TRUE(std::isfinite(value)) << info.name;
                }
            }
        }
    }
}

} // namespace

TEST(Rows, types_everyNumber_asGgml) {
    int quantizing = 0;
    for (int32_t type = -2; type < GGML_TYPE_COUNT + 2; ++type) {
        shl_type_info info;
        const auto native = static_cast<ggml_type>(type);
        if (type < 0 || type >= GGML_TYPE_COUNT || ggml_blck_size(native) == 0) {
            EXPECT_EQ(shl_type_read(type, &info), SHL_INVALID_ARGUMENT) << type;
            continue;
        }
        ASSERT_EQ(shl_type_read(type, &info), SHL_OK) << type;
        EXPECT_STREQ(info.name, ggml_type_name(native));
        EXPECT_EQ(info.block_elements, ggml_blck_size(native));
        EXPECT_EQ(static_cast<size_t>(info.block_bytes), ggml_type_size(native));
        quantizing += info.quantizes;
        EXPECT_TRUE(!info.quantizes || info.dequantizes) << info.name;
    }
    EXPECT_EQ(quantizing, 28);
    shl_type_info info;
    for (const int32_t removed : {4, 5, 31, 32, 33, 36, 37, 38}) {
        EXPECT_EQ(shl_type_read(removed, &info), SHL_INVALID_ARGUMENT);
    }
    EXPECT_EQ(shl_type_read(0, nullptr), SHL_INVALID_ARGUMENT);
}

TEST(Rows, quantize_everyType_asGgml) {
    expect_types_as_ggml(false);
}

TEST(Rows, quantize_hardValues_finiteAndNoAbort) {
    expect_hard_values_survived(false);
}

TEST(SlowRows, quantize_iq1_asGgml) {
    expect_types_as_ggml(true);
}

TEST(SlowRows, quantize_iq1HardValues_finiteAndNoAbort) {
    expect_hard_values_survived(true);
}

TEST(Rows, quantize_badValues_refusedWithPlace) {
    std::vector<uint8_t> target(8 * ROWS * COLUMNS);
    for (const int32_t type : {GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q4_K}) {
        for (const float bad :
            {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 7e4f}) {
            auto source = values(3);
            source[COLUMNS + 17] = bad;
            const bool wide = type == GGML_TYPE_F32 || type == GGML_TYPE_BF16;
            EXPECT_EQ(quantize(type, source, target, nullptr), wide && bad == 7e4f ? SHL_OK : SHL_INVALID_ARGUMENT);
        }
    }
    EXPECT_NE(std::string(shl_last_error()).find("row 1, column 17"), std::string::npos) << shl_last_error();
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -1.0f, 1e21f}) {
        auto weights = importance(4);
        weights[5] = bad;
        EXPECT_EQ(quantize(GGML_TYPE_Q4_K, values(3), target, weights.data()), SHL_INVALID_ARGUMENT);
    }
    auto weights = importance(4);
    std::fill_n(weights.begin() + 32, 16, 0.0f);
    EXPECT_EQ(quantize(GGML_TYPE_IQ2_XS, values(3), target, weights.data()), SHL_INVALID_ARGUMENT);
    EXPECT_NE(std::string(shl_last_error()).find("columns 32 to 47"), std::string::npos) << shl_last_error();
    EXPECT_EQ(quantize(GGML_TYPE_Q4_K, values(3), target, weights.data()), SHL_OK);
}

template <typename T>
std::vector<uint8_t> stored(const std::vector<T> & values) {
    std::vector<uint8_t> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

// Every half, and numbers around each of their roundings: floats that end in zeros, in ones and in between.
std::vector<uint16_t> all_halves() {
    std::vector<uint16_t> out(1 << 16);
    for (size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<uint16_t>(i);
    }
    return out;
}

std::vector<float> odd_floats() {
    std::vector<float> out;
    std::mt19937 random(7);
    for (uint32_t high = 0; high < 1 << 16; ++high) {
        for (const uint32_t low : {0u, 1u, 0x0fffu, 0x1000u, 0x1001u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu,
                 static_cast<uint32_t>(random()) & 0xffff}) {
            const uint32_t bits = high << 16 | low;
            float value;
            std::memcpy(&value, &bits, sizeof value);
            out.push_back(value);
        }
    }
    return out;
}

std::vector<uint8_t> convert(ggml_type from, const std::vector<uint8_t> & source, ggml_type to) {
    const auto count = static_cast<int64_t>(source.size() / ggml_type_size(from));
    std::vector<uint8_t> target(ggml_row_size(to, count), 0xAA);
    EXPECT_EQ(shl_rows_convert(from, source.data(), static_cast<int64_t>(source.size()), to, target.data(),
                  static_cast<int64_t>(target.size()), 1, count),
        SHL_OK)
        << shl_last_error();
    return target;
}

template <typename T>
void expect_same(const std::vector<uint8_t> & got, const std::vector<T> & expected, bool (*is_nan)(T)) {
    ASSERT_EQ(got.size(), expected.size() * sizeof(T));
    for (size_t i = 0; i < expected.size(); ++i) {
        T value;
        std::memcpy(&value, got.data() + i * sizeof(T), sizeof value);
        if (is_nan(expected[i])) {
            ASSERT_TRUE(is_nan(value)) << i;
        } else {
            ASSERT_EQ(std::memcmp(&value, &expected[i], sizeof value), 0) << i;
        }
    }
}

bool half_is_nan(uint16_t half) {
    return (half & 0x7fff) > 0x7c00;
}

bool brain_is_nan(uint16_t brain) {
    return (brain & 0x7fff) > 0x7f80;
}

TEST(Rows, recode_someRowsAtATime_asInTwoSteps) {
    constexpr int64_t columns = 512;
    constexpr int64_t rows = 70; // more than are held at once
    std::vector<float> floats(rows * columns);
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    for (auto & value : floats) {
        value = normal(random);
    }
    const auto bytes = [](ggml_type type) { return rows * static_cast<int64_t>(ggml_row_size(type, columns)); };
    for (const auto from : {GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_Q5_0, GGML_TYPE_Q6_K}) {
        std::vector<uint8_t> source(static_cast<size_t>(bytes(from)));
        std::vector<float> back(floats.size());
        ASSERT_EQ(
            shl_rows_quantize(from, floats.data(), rows * columns, source.data(), bytes(from), rows, columns, nullptr),
            SHL_OK);
        ASSERT_EQ(
            shl_rows_dequantize(from, source.data(), bytes(from), back.data(), rows * columns, rows, columns), SHL_OK);
        for (const auto to : {GGML_TYPE_Q4_K, GGML_TYPE_IQ4_NL, GGML_TYPE_TQ2_0, GGML_TYPE_BF16}) {
            std::vector<uint8_t> expected(static_cast<size_t>(bytes(to)));
            std::vector<uint8_t> actual(expected.size());
            ASSERT_EQ(
                shl_rows_quantize(to, back.data(), rows * columns, expected.data(), bytes(to), rows, columns, nullptr),
                SHL_OK);
            EXPECT_EQ(
                shl_rows_recode(from, source.data(), bytes(from), to, actual.data(), bytes(to), rows, columns, nullptr),
                SHL_OK);
            EXPECT_EQ(actual, expected) << ggml_type_name(from) << " to " << ggml_type_name(to);
        }
    }
}

TEST(Rows, recode_valueThatIsNoNumber_isRefusedWithItsPlace) {
    std::vector<float> floats(40 * 512, 1.0f);
    floats[33 * 512 + 7] = NAN;
    std::vector<uint8_t> target(floats.size());
    const auto * source = reinterpret_cast<const uint8_t *>(floats.data());
    const auto bytes = static_cast<int64_t>(floats.size() * sizeof(float));
    EXPECT_EQ(shl_rows_recode(GGML_TYPE_F32, source, bytes, GGML_TYPE_Q4_K, target.data(),
                  static_cast<int64_t>(target.size()), 40, 512, nullptr),
        SHL_INVALID_ARGUMENT);
    EXPECT_NE(std::string(shl_last_error()).find("row 33, column 7"), std::string::npos);
    EXPECT_EQ(shl_rows_recode(GGML_TYPE_F32, source, bytes - 1, GGML_TYPE_Q4_K, target.data(),
                  static_cast<int64_t>(target.size()), 40, 512, nullptr),
        SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_rows_recode(GGML_TYPE_I32, source, bytes, GGML_TYPE_Q4_K, target.data(),
                  static_cast<int64_t>(target.size()), 40, 512, nullptr),
        SHL_INVALID_ARGUMENT);
    EXPECT_EQ(shl_rows_recode(GGML_TYPE_F32, nullptr, bytes, GGML_TYPE_Q4_K, target.data(), 0, 40, 512, nullptr),
        SHL_INVALID_ARGUMENT);
}

TEST(Rows, convert_everyHalf_asGgml) {
    const auto halves = all_halves();
    std::vector<float> expected(halves.size());
    ggml_fp16_to_fp32_row(halves.data(), expected.data(), static_cast<int64_t>(halves.size()));
    expect_same<float>(
        convert(GGML_TYPE_F16, stored(halves), GGML_TYPE_F32), expected, [](float v) { return std::isnan(v); });
    for (size_t i = 0; i < halves.size(); ++i) {
        expected[i] = ggml_bf16_to_fp32({halves[i]});
    }
    expect_same<float>(
        convert(GGML_TYPE_BF16, stored(halves), GGML_TYPE_F32), expected, [](float v) { return std::isnan(v); });
}

TEST(Rows, convert_floats_asGgml) {
    const auto floats = odd_floats();
    std::vector<uint16_t> expected(floats.size());
    ggml_fp32_to_fp16_row(floats.data(), expected.data(), static_cast<int64_t>(floats.size()));
    expect_same(convert(GGML_TYPE_F32, stored(floats), GGML_TYPE_F16), expected, half_is_nan);
    for (size_t i = 0; i < floats.size(); ++i) {
        expected[i] = ggml_fp32_to_bf16(floats[i]).bits;
    }
    expect_same(convert(GGML_TYPE_F32, stored(floats), GGML_TYPE_BF16), expected, brain_is_nan);
}

TEST(Rows, convert_blocks_asGgml) {
    auto source = values(3, 100);
    for (size_t i = 0; i < source.size() / 2; ++i) {
        // Halves of a step, and their neighbours, where the largest of the block makes the step 1.
        const auto half = static_cast<float>(i % 253) / 2 - 63;
        source[i] = i % 32 == 0 ? 127 : i % 3 == 0 ? half : std::nextafter(half, i % 3 == 1 ? -1000.0f : 1000.0f);
    }
    std::fill_n(source.begin() + 64, 32, 0.0f);
    std::fill_n(source.begin() + 96, 32, 1e-30f);
    std::vector<uint8_t> expected(bytes_of(GGML_TYPE_Q8_0));
    ggml_quantize_chunk(GGML_TYPE_Q8_0, source.data(), expected.data(), 0, ROWS, COLUMNS, nullptr);
    EXPECT_EQ(convert(GGML_TYPE_F32, stored(source), GGML_TYPE_Q8_0), expected);
}

TEST(Rows, convert_anyProcessor_sameBytes) {
    using row_kernels::Number;
    auto floats = odd_floats();
    floats.resize(floats.size() / row_kernels::BLOCK * row_kernels::BLOCK - row_kernels::BLOCK);
    const auto all = stored(floats);
    for (const auto from : {Number::F32, Number::F16, Number::BF16}) {
        for (const auto to : {Number::F32, Number::F16, Number::BF16, Number::Q8_0}) {
            std::vector<uint8_t> here(all.size());
            std::vector<uint8_t> anywhere(all.size());
            const auto step = to == Number::Q8_0 ? row_kernels::BLOCK : int64_t{37};
            for (int64_t start = 0; start + step < static_cast<int64_t>(floats.size()); start += step) {
                const auto * source = all.data() + start * (from == Number::F32 ? 4 : 2);
                ASSERT_EQ(row_kernels::convert(from, source, to, here.data(), step),
                    row_kernels::row_kernels_anywhere(from, source, to, anywhere.data(), step));
                ASSERT_EQ(std::memcmp(here.data(), anywhere.data(), static_cast<size_t>(step) * 4), 0)
                    << static_cast<int>(from) << " to " << static_cast<int>(to) << " at " << start;
            }
        }
    }
}

TEST(Rows, convert_bad_refused) {
    auto source = values(3);
    std::vector<uint8_t> target(bytes_of(GGML_TYPE_Q8_0));
    const auto to = [&](int32_t from, int64_t source_bytes, int32_t type, int64_t target_bytes, int64_t rows,
                        int64_t columns) {
        return shl_rows_convert(from, reinterpret_cast<const uint8_t *>(source.data()), source_bytes, type,
            target.data(), target_bytes, rows, columns);
    };
    const auto all = static_cast<int64_t>(source.size() * sizeof(float));
    const auto size = static_cast<int64_t>(target.size());
    EXPECT_EQ(to(GGML_TYPE_F32, all, GGML_TYPE_Q8_0, size, ROWS, COLUMNS), SHL_OK);
    EXPECT_EQ(to(GGML_TYPE_F32, all, GGML_TYPE_Q8_0, size, 0, 0), SHL_OK);
    for (const auto status : {to(GGML_TYPE_F32, all - 1, GGML_TYPE_Q8_0, size, ROWS, COLUMNS),
             to(GGML_TYPE_F32, all, GGML_TYPE_Q8_0, size - 1, ROWS, COLUMNS),
             to(GGML_TYPE_F32, all, GGML_TYPE_Q8_0, size, ROWS, COLUMNS - 1),
             to(GGML_TYPE_F32, all, GGML_TYPE_Q8_0, size, -1, COLUMNS),
             to(GGML_TYPE_F32, all, GGML_TYPE_Q8_0, size, 1, -32),
             to(GGML_TYPE_Q8_0, all, GGML_TYPE_F16, size, ROWS, COLUMNS),
             to(GGML_TYPE_F32, all, GGML_TYPE_Q4_0, size, ROWS, COLUMNS),
             to(-1, all, GGML_TYPE_F16, size, ROWS, COLUMNS)}) {
        EXPECT_EQ(status, SHL_INVALID_ARGUMENT);
    }
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity(), 1e7f}) {
        source[COLUMNS + 40] = bad;
        EXPECT_EQ(to(GGML_TYPE_F32, all, GGML_TYPE_Q8_0, size, ROWS, COLUMNS), SHL_INVALID_ARGUMENT);
        EXPECT_NE(std::string(shl_last_error()).find("row 1 has a value in columns 32 to 63"), std::string::npos)
            << shl_last_error();
    }
}

TEST(Rows, shapes_bad_refused) {
    const auto source = values(3);
    std::vector<uint8_t> target(bytes_of(GGML_TYPE_Q4_K));
    const auto size = static_cast<int64_t>(target.size());
    std::vector<float> back(ROWS * COLUMNS);
    const auto to = [&](int64_t elements, int64_t bytes, int64_t rows, int64_t columns) {
        return shl_rows_quantize(GGML_TYPE_Q4_K, source.data(), elements, target.data(), bytes, rows, columns, nullptr);
    };
    const auto from = [&](int64_t bytes, int64_t elements, int64_t rows, int64_t columns) {
        return shl_rows_dequantize(GGML_TYPE_Q4_K, target.data(), bytes, back.data(), elements, rows, columns);
    };
    const int64_t all = ROWS * COLUMNS;
    EXPECT_EQ(to(all, size, ROWS, COLUMNS), SHL_OK);
    EXPECT_EQ(from(size, all, ROWS, COLUMNS), SHL_OK);
    EXPECT_EQ(to(all, size, 0, COLUMNS), SHL_OK);
    EXPECT_EQ(from(size, all, 0, 0), SHL_OK);
    for (const auto status : {to(all - 1, size, ROWS, COLUMNS), to(all, size - 1, ROWS, COLUMNS),
             to(all, size, ROWS, COLUMNS - 1), to(all, size, -1, COLUMNS), to(all, size, ROWS, -COLUMNS),
             to(all, size, std::numeric_limits<int64_t>::max() / 256, 512), from(size - 1, all, ROWS, COLUMNS),
             from(size, all - 1, ROWS, COLUMNS), from(size, all, ROWS, COLUMNS - 1), from(size, all, -1, COLUMNS),
             shl_rows_quantize(GGML_TYPE_Q4_K, nullptr, all, target.data(), size, ROWS, COLUMNS, nullptr),
             shl_rows_quantize(GGML_TYPE_Q4_K, source.data(), all, nullptr, size, ROWS, COLUMNS, nullptr),
             shl_rows_dequantize(GGML_TYPE_Q4_K, nullptr, size, back.data(), all, ROWS, COLUMNS),
             shl_rows_dequantize(GGML_TYPE_Q4_K, target.data(), size, nullptr, all, ROWS, COLUMNS),
             shl_rows_dequantize(GGML_TYPE_Q8_K, target.data(), size, back.data(), all, ROWS, COLUMNS),
             shl_rows_dequantize(4, target.data(), size, back.data(), all, ROWS, COLUMNS)}) {
        EXPECT_EQ(status, SHL_INVALID_ARGUMENT);
    }
}

TEST(Rows, quantize_manyThreads_sameBytes) {
    const auto source = values(3);
    const auto weights = importance(4);
    for (const int32_t type : {GGML_TYPE_IQ3_S, GGML_TYPE_IQ2_XS, GGML_TYPE_Q6_K}) {
        std::vector<std::vector<uint8_t>> results(4, std::vector<uint8_t>(bytes_of(static_cast<ggml_type>(type))));
        std::vector<std::thread> threads;
        for (auto & result : results) {
            threads.emplace_back([&] { EXPECT_EQ(quantize(type, source, result, weights.data()), SHL_OK); });
        }
        for (auto & thread : threads) {
            thread.join();
        }
        for (const auto & result : results) {
            EXPECT_EQ(result, results[0]);
        }
    }
}
