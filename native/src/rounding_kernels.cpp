#include "rounding_kernels.h"

#include <cmath>
#include <memory>
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

double round(
    Round kernel, const float * weights, const float * factor, uint8_t * target, int64_t rows, int64_t columns) {
    std::vector<float> inverse(static_cast<size_t>(columns));
    std::vector<float> squares(inverse.size());
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
    std::vector<float> errors(static_cast<size_t>(columns) * ROWS);
    const auto panel = std::make_unique<Panel>();
    std::vector<double> losses(static_cast<size_t>(rows));
    kernel({weights, rows, columns, factor, inverse.data(), squares.data(), errors.data(), panel.get()}, target,
        losses.data());
    double sum = 0;
    for (const double loss : losses) {
        sum += loss;
    }
    return sum * mean;
}

} // namespace rounding
