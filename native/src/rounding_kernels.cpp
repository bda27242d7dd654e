#include "rounding_kernels.h"

#include <memory>
#include <numeric>
#include <vector>

namespace rounding {

Round rounding_kernels_anywhere(int32_t type);
#ifdef SHEARLING_X86
Round rounding_kernels_avx2(int32_t type);
Round rounding_kernels_avx512(int32_t type);
#endif

int variants(Variant (&out)[MOST_VARIANTS]) {
    int count = 0;
    out[count++] = {"anywhere", rounding_kernels_anywhere};
#ifdef SHEARLING_X86
    if (__builtin_cpu_supports("avx2")) {
        out[count++] = {"avx2", rounding_kernels_avx2};
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
            out[count++] = {"avx512", rounding_kernels_avx512};
        }
    }
#endif
    return count;
}

Round kernel(int32_t type) {
    static const auto chosen = [] {
        Variant all[MOST_VARIANTS];
        return all[variants(all) - 1].kernel;
    }();
    return chosen(type);
}

double round(Round kernel, const float * weights, const float * factor, const int32_t * order, uint8_t * target,
    int64_t rows, int64_t columns) {
    const auto count = static_cast<size_t>(columns);
    std::vector<float> inverse(count);
    std::vector<float> squares(count);
    std::vector<int32_t> own_order(count / RUN);
    std::iota(own_order.begin(), own_order.end(), 0);
    double mean = 0;
    for (int64_t j = 0; j < columns; ++j) {
        const double diagonal = factor[j * columns + j];
        mean += diagonal * diagonal / static_cast<double>(columns);
    }
    for (int64_t j = 0; j < columns; ++j) {
        const double diagonal = factor[j * columns + j];
        inverse[static_cast<size_t>(j)] = static_cast<float>(1 / diagonal);
        squares[static_cast<size_t>(j)] = static_cast<float>(diagonal * diagonal / mean);
    }
    using Lanes = float[ROWS];
    std::vector<float> errors(count * ROWS);
    std::vector<uint8_t> codes(count * ROWS);
    const auto panel = std::make_unique<Lanes[]>(2 * PANEL);
    const size_t groups = count / 16;
    const size_t units = count / 256 + 1;
    const auto scales = std::make_unique<Lanes[]>(2 * (groups + units));
    std::vector<double> losses(static_cast<size_t>(rows));
    kernel(
        {weights, rows, columns, factor, order == nullptr ? own_order.data() : order, inverse.data(), squares.data()},
        {errors.data(), panel.get(), panel.get() + PANEL, codes.data(), scales.get(), scales.get() + groups,
            scales.get() + 2 * groups, scales.get() + 2 * groups + units},
        target, losses.data());
    double sum = 0;
    for (const double loss : losses) {
        sum += loss;
    }
    return sum * mean;
}

} // namespace rounding
