#include "block_values.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>

namespace block_values {

namespace {

using Random = std::mt19937;

float uniform(Random & random, float low, float high) {
    return low + (high - low) * (static_cast<float>(random() >> 8) * 0x1p-24f);
}

float normal(Random & random) {
    return std::normal_distribution<float>(0, 1)(random);
}

float power_of_ten(Random & random, float low, float high) {
    return std::pow(10.0f, uniform(random, low, high));
}

float any_bits(Random & random) {
    while (true) {
        const auto bits = static_cast<uint32_t>(random());
        float value;
        std::memcpy(&value, &bits, sizeof value);
        if (std::fabs(value) <= 65504) {
            return value;
        }
    }
}

// One group of `count` values, each kind with its own idea.
void group(int kind, Random & random, float * out, int64_t count) {
    const float scale = power_of_ten(random, -12, 4);
    const float constant = normal(random) * (random() % 2 == 0 ? 1.0f : scale);
    const auto single = static_cast<int64_t>(random() % static_cast<uint32_t>(count));
    const float step = random() % 2 == 0 ? 1.0f : std::ldexp(1.0f, static_cast<int>(random() % 30) - 20);
    for (int64_t i = 0; i < count; ++i) {
        switch (kind) {
        case 0:
            out[i] = 0.02f * normal(random);
            break;
        case 1:
            out[i] = 1e-7f * normal(random);
            break;
        case 2:
            out[i] = 20000 * normal(random);
            break;
        case 3:
            out[i] = constant;
            break;
        case 4:
            out[i] = random() % 2 == 0 ? 0.0f : -0.0f;
            break;
        case 5:
            out[i] = i == single ? constant : 0;
            break;
        case 6: // subnormal
            out[i] = std::ldexp(static_cast<float>(static_cast<int32_t>(random())) * 0x1p-31f, -126);
            break;
        case 7:
            out[i] = -std::fabs(normal(random)) - (random() % 2 == 0 ? 0.0f : 3.0f);
            break;
        case 8:
            out[i] = scale * (std::fabs(normal(random)) + std::fabs(constant));
            break;
        case 9: // halves of a step: exactly between two levels
            out[i] = step * static_cast<float>(static_cast<int32_t>(random() % 127) - 63) / 2;
            break;
        case 10: // the same with a largest value that makes it the scale of a symmetric type
            out[i] = i == single ? -step * static_cast<float>(1 << (2 + random() % 6))
                                 : step * static_cast<float>(static_cast<int32_t>(random() % 65) - 32) / 2;
            break;
        case 11:
            out[i] = scale * normal(random);
            break;
        case 12: // all but constant
            out[i] = std::nextafter(constant, i % 3 == 0 ? -9e4f : i % 3 == 1 ? 9e4f : constant);
            break;
        case 13:
            out[i] = normal(random) / (std::fabs(normal(random)) + 1e-3f);
            break;
        case 14:
            out[i] = any_bits(random);
            break;
        default:
            out[i] = normal(random);
        }
    }
}

bool on_grid(ggml_type type) {
    return type == GGML_TYPE_IQ2_XXS || type == GGML_TYPE_IQ2_XS || type == GGML_TYPE_IQ2_S || type == GGML_TYPE_IQ3_XXS
        || type == GGML_TYPE_IQ3_S;
}

} // namespace

std::vector<float> values(int kind, uint32_t seed, ggml_type type, int64_t rows, int64_t columns) {
    Random random(seed * 977 + static_cast<uint32_t>(kind));
    std::vector<float> out(static_cast<size_t>(rows * columns));
    const int64_t length = int64_t{16} << random() % 3;
    for (int64_t start = 0; start < rows * columns; start += length) {
        const int here = kind < 15 ? kind : kind == 15 ? static_cast<int>(random() % 15) : 11;
        group(here, random, out.data() + start, std::min(length, rows * columns - start));
    }
    for (auto & value : out) {
        value = std::min(65504.0f, std::max(-65504.0f, value));
    }
    if (kind > 15) { // what the type itself can hold, and next to it
        std::vector<uint8_t> blocks(static_cast<size_t>(rows) * ggml_row_size(type, columns));
        const std::vector<float> even(static_cast<size_t>(columns), 1.0f);
        for (auto & value : out) {
            value = std::min(1000.0f, std::max(-1000.0f, value));
        }
        ggml_quantize_chunk(type, out.data(), blocks.data(), 0, rows, columns, even.data());
        for (int64_t row = 0; row < rows; ++row) {
            ggml_get_type_traits(type)->to_float(
                blocks.data() + static_cast<size_t>(row) * ggml_row_size(type, columns), out.data() + row * columns,
                columns);
        }
        for (auto & value : out) {
            value = kind == 16 || random() % 2 == 0 ? value : std::nextafter(value, random() % 2 == 0 ? 9e4f : -9e4f);
        }
    }
    return out;
}

std::vector<float> importance(int kind, uint32_t seed, ggml_type type, int64_t columns) {
    kind = kind == 0 && ggml_quantize_requires_imatrix(type) ? 1 : kind;
    Random random(seed * 31 + static_cast<uint32_t>(kind));
    std::vector<float> out(kind == 0 ? 0 : static_cast<size_t>(columns));
    for (size_t i = 0; i < out.size(); ++i) {
        const float some = normal(random) * normal(random);
        switch (kind) {
        case 1:
            out[i] = some * some + 1e-3f;
            break;
        case 2:
            out[i] = random() % 2 == 0 ? 0 : some * some;
            break;
        case 3:
            out[i] = power_of_ten(random, -20, 20);
            break;
        case 4:
            out[i] = 1;
            break;
        case 5:
            out[i] = 0;
            break;
        case 6:
            out[i] = random() % 40 == 0 ? power_of_ten(random, -18, 4) : 0;
            break;
        default:
            out[i] = random() % 8 == 0 ? 1e20f : power_of_ten(random, -38, -10);
        }
        out[i] = std::min(1e20f, out[i]);
    }
    for (size_t start = 0; on_grid(type) && start < out.size(); start += 16) {
        if (std::accumulate(out.data() + start, out.data() + start + 16, 0.0f) < 1e-20f) {
            out[start + random() % 16] = 1e-19f;
        }
    }
    return out;
}

} // namespace block_values
