// By hand, beside the tests. The time of ggml's kernels and of ours for each variant, in nanoseconds a weight, the
// least of many interleaved rounds:
//   taskset -c 0 native/target/build/tests/block_kernels_tool speed [TYPE]
// Bytes of random blocks beside ggml's, for each type and variant, until so many weights have been seen:
//   native/target/build/tests/block_kernels_tool compare MILLIONS [TYPE]
// The time of rounding with error feedback, and its loss beside that of rounding with importance alone, for inputs that
// are somewhat correlated:
//   taskset -c 0 native/target/build/tests/block_kernels_tool round [TYPE [COLUMNS]]
#include "block_kernels.h"
#include "block_values.h"
#include "rounding_kernels.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

namespace {

using Clock = std::chrono::steady_clock;

struct Variants {
    block_kernels::Variant all[block_kernels::MOST_VARIANTS] = {};
    int count = block_kernels::variants(all);
};

template <typename Work>
double seconds(const Work & work) {
    const auto start = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void speed(ggml_type type, const Variants & variants) {
    constexpr int64_t ROWS = 16;
    constexpr int64_t COLUMNS = 2048;
    constexpr double NANOSECONDS = 1e9 / static_cast<double>(ROWS * COLUMNS);
    const auto x = block_values::values(0, 1, type, ROWS, COLUMNS);
    std::vector<uint8_t> target(static_cast<size_t>(ROWS) * ggml_row_size(type, COLUMNS));
    for (int kind = ggml_quantize_requires_imatrix(type) ? 1 : 0; kind < 2; ++kind) {
        const auto importance = block_values::importance(kind, 1, type, COLUMNS);
        const float * const given = kind == 0 ? nullptr : importance.data();
        double least[block_kernels::MOST_VARIANTS + 1];
        std::fill(std::begin(least), std::end(least), 1e9);
        for (int round = 0; round < 12; ++round) {
            least[0] = std::min(least[0],
                seconds([&] { ggml_quantize_chunk(type, x.data(), target.data(), 0, ROWS, COLUMNS, given); }));
            for (int i = 0; i < variants.count; ++i) {
                const auto kernel = variants.all[i].kernel(type);
                for (int again = 0; again < 3; ++again) {
                    least[i + 1] =
                        std::min(least[i + 1], seconds([&] { kernel(x.data(), target.data(), ROWS, COLUMNS, given); }));
                }
            }
        }
        std::printf(
            "%-8s %-15s ggml %8.2f", ggml_type_name(type), kind == 0 ? "" : "with importance", least[0] * NANOSECONDS);
        for (int i = 0; i < variants.count; ++i) {
            std::printf(
                "   %s %7.2f (%5.1fx)", variants.all[i].name, least[i + 1] * NANOSECONDS, least[0] / least[i + 1]);
        }
        std::printf("\n");
        std::fflush(stdout);
    }
}

bool compare(ggml_type type, const Variants & variants, double weights) {
    double seen = 0;
    int64_t differing = 0;
    for (uint32_t seed = 0; seen < weights; ++seed) {
        for (int kind = 0; kind < block_values::VALUE_KINDS; ++kind) {
            const int64_t block = ggml_blck_size(type);
            const int64_t columns = block * (1 + seed % 7);
            const int64_t rows = 1 + seed / 7 % 40;
            const auto x = block_values::values(kind, seed, type, rows, columns);
            const int weighing =
                static_cast<int>((seed + static_cast<uint32_t>(kind)) % block_values::IMPORTANCE_KINDS);
            const auto importance = block_values::importance(weighing, seed, type, columns);
            const float * const given = importance.empty() ? nullptr : importance.data();
            const size_t bytes = static_cast<size_t>(rows) * ggml_row_size(type, columns);
            std::vector<uint8_t> expected(bytes);
            ggml_quantize_chunk(type, x.data(), expected.data(), 0, rows, columns, given);
            for (int i = 0; i < variants.count; ++i) {
                std::vector<uint8_t> got(bytes, 0xAA);
                variants.all[i].kernel(type)(x.data(), got.data(), rows, columns, given);
                if (got != expected && ++differing < 20) {
                    const auto at = static_cast<size_t>(
                        std::mismatch(got.begin(), got.end(), expected.begin()).first - got.begin());
                    std::printf("%s %s: seed %u, values %d, importance %d, [%lld, %lld]: byte %zu of block %zu is %d, "
                                "not %d\n",
                        ggml_type_name(type), variants.all[i].name, seed, kind, weighing, static_cast<long long>(rows),
                        static_cast<long long>(columns), at % ggml_type_size(type), at / ggml_type_size(type), got[at],
                        expected[at]);
                }
            }
            seen += static_cast<double>(rows * columns);
        }
    }
    std::printf("%-8s %.1f million weights, %lld calls differ\n", ggml_type_name(type), seen / 1e6,
        static_cast<long long>(differing));
    std::fflush(stdout);
    return differing == 0;
}

// R of correlated inputs as shl_rows_round wants it.
std::vector<float> some_factor(int64_t columns) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    std::vector<float> out(static_cast<size_t>(columns * columns));
    for (int64_t j = 0; j < columns; ++j) {
        for (int64_t k = 0; k < j; ++k) {
            out[static_cast<size_t>(j * columns + k)] = normal(random) / std::sqrt(static_cast<float>(columns));
        }
        out[static_cast<size_t>(j * columns + j)] = 0.3f + std::fabs(normal(random));
    }
    return out;
}

// |E R|^2
double loss_of(ggml_type type, const std::vector<float> & x, const std::vector<uint8_t> & blocks,
    const std::vector<float> & factor, int64_t columns) {
    double loss = 0;
    std::vector<float> error(static_cast<size_t>(columns));
    for (size_t row = 0; row * error.size() < x.size(); ++row) {
        ggml_get_type_traits(type)->to_float(blocks.data() + row * ggml_row_size(type, columns), error.data(), columns);
        for (size_t i = 0; i < error.size(); ++i) {
            error[i] = x[row * error.size() + i] - error[i];
        }
        for (size_t j = 0; j < error.size(); ++j) {
            float sum = 0;
            for (size_t k = 0; k <= j; ++k) {
                sum += error[k] * factor[j * error.size() + k];
            }
            loss += static_cast<double>(sum) * static_cast<double>(sum);
        }
    }
    return loss;
}

void round_rows(ggml_type type, int64_t columns) {
    constexpr int64_t ROWS = 128;
    const double nanoseconds = 1e9 / static_cast<double>(ROWS * columns);
    const auto factor = some_factor(columns);
    const auto x = block_values::values(0, 1, type, ROWS, columns);
    std::vector<float> importance(static_cast<size_t>(columns));
    for (int64_t j = 0; j < columns; ++j) {
        for (int64_t k = 0; k <= j; ++k) {
            const float coefficient = factor[static_cast<size_t>(j * columns + k)];
            importance[static_cast<size_t>(k)] += coefficient * coefficient;
        }
    }
    std::vector<uint8_t> target(static_cast<size_t>(ROWS) * ggml_row_size(type, columns));
    ggml_quantize_chunk(type, x.data(), target.data(), 0, ROWS, columns, importance.data());
    const double plain = loss_of(type, x, target, factor, columns);
    rounding::Variant variants[rounding::MOST_VARIANTS];
    const int count = rounding::variants(variants);
    double loss = 0;
    std::printf("%-8s", ggml_type_name(type));
    for (int i = 0; i < count; ++i) {
        double least = 1e9;
        for (int again = 0; again < 5; ++again) {
            least = std::min(least, seconds([&] {
                loss = rounding::round(
                    variants[i].kernel(type), x.data(), factor.data(), nullptr, target.data(), ROWS, columns);
            }));
        }
        std::printf("   %s %7.2f", variants[i].name, least * nanoseconds);
    }
    std::printf("   loss %.4f of that with importance\n", loss / plain);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char ** argv) {
    const Variants variants;
    const bool feedback = argc > 1 && std::strcmp(argv[1], "round") == 0;
    for (int32_t type = 0; feedback && type < GGML_TYPE_COUNT; ++type) {
        const auto native = static_cast<ggml_type>(type);
        if (rounding::kernel(type) != nullptr && (argc < 3 || std::strcmp(argv[2], ggml_type_name(native)) == 0)) {
            round_rows(native, argc < 4 ? 1024 : std::atoll(argv[3]));
        }
    }
    if (feedback) {
        return 0;
    }
    const bool timing = argc > 1 && std::strcmp(argv[1], "speed") == 0;
    const char * const only = argc > (timing ? 2 : 3) ? argv[timing ? 2 : 3] : nullptr;
    if (!timing && (argc < 3 || std::strcmp(argv[1], "compare") != 0)) {
        std::printf("usage: %s speed [TYPE] | compare MILLIONS [TYPE] | round [TYPE [COLUMNS]]\n", argv[0]);
        return 2;
    }
    bool same = true;
    for (int32_t type = 0; type < GGML_TYPE_COUNT; ++type) {
        const auto native = static_cast<ggml_type>(type);
        if (block_kernels::kernel(type) == nullptr
            || (only != nullptr && std::strcmp(only, ggml_type_name(native)) != 0)) {
            continue;
        }
        if (timing) {
            speed(native, variants);
        } else {
            same = compare(native, variants, std::atof(argv[2]) * 1e6) && same;
        }
    }
    return same ? 0 : 1;
}
