#include "rounding_kernels.h"
#include "shell.h"

#include "ggml.h"

#include <cmath>
#include <limits>
#include <vector>

namespace {

using shell::fail;

constexpr float LARGEST_WEIGHT = 65504.0f; // as shl_rows_quantize has it
constexpr int64_t LARGEST_SIDE = int64_t{1} << 24;

rounding::Round kernel(int32_t type) {
    return type >= 0 && type < GGML_TYPE_COUNT ? rounding::kernel(type) : nullptr;
}

shl_status check_shape(
    ggml_type type, int64_t elements, int64_t factor_elements, int64_t bytes, int64_t rows, int64_t columns) {
    const int64_t block = ggml_blck_size(type);
    if (rows < 0 || columns < 0 || columns > LARGEST_SIDE) {
        return fail(SHL_INVALID_ARGUMENT, "rows is negative, or columns is not between 0 and 2^24");
    }
    if (columns % block != 0) {
        return fail(SHL_INVALID_ARGUMENT, "%lld columns are not a multiple of the %lld of a block of %s",
            static_cast<long long>(columns), static_cast<long long>(block), ggml_type_name(type));
    }
    if (columns > 0 && rows > std::numeric_limits<int64_t>::max() / 8 / columns) {
        return fail(SHL_INVALID_ARGUMENT, "rows x columns is too large");
    }
    if (elements < rows * columns) {
        return fail(SHL_INVALID_ARGUMENT, "%lld weights are needed, there are %lld",
            static_cast<long long>(rows * columns), static_cast<long long>(elements));
    }
    if (factor_elements < columns * columns) {
        return fail(SHL_INVALID_ARGUMENT, "a factor of %lld floats is needed, there are %lld",
            static_cast<long long>(columns * columns), static_cast<long long>(factor_elements));
    }
    const auto needed = rows * static_cast<int64_t>(ggml_row_size(type, columns));
    if (bytes < needed) {
        return fail(SHL_INVALID_ARGUMENT, "%lld bytes of %s are needed, there are %lld", static_cast<long long>(needed),
            ggml_type_name(type), static_cast<long long>(bytes));
    }
    return SHL_OK;
}

shl_status check_weights(ggml_type type, const float * weights, int64_t rows, int64_t columns) {
    for (int64_t row = 0; row < rows; ++row) {
        const float * const values = weights + row * columns;
        int bad = 0; // whole rows at once, so that the compiler can use vectors
        for (int64_t i = 0; i < columns; ++i) {
            bad |= !(std::fabs(values[i]) <= LARGEST_WEIGHT);
        }
        for (int64_t i = 0; bad != 0 && i < columns; ++i) {
            if (!(std::fabs(values[i]) <= LARGEST_WEIGHT)) {
                return fail(SHL_INVALID_ARGUMENT, "the value %g in row %lld, column %lld does not fit %s",
                    static_cast<double>(values[i]), static_cast<long long>(row), static_cast<long long>(i),
                    ggml_type_name(type));
            }
        }
    }
    return SHL_OK;
}

shl_status check_factor(const float * factor, int64_t columns) {
    for (int64_t j = 0; j < columns; ++j) {
        const float diagonal = factor[j * columns + j];
        if (!(diagonal > 0 && diagonal <= std::numeric_limits<float>::max())) {
            return fail(SHL_INVALID_ARGUMENT,
                "the factor has %g at column %lld of its diagonal, not a positive number; damp the Gram matrix more",
                static_cast<double>(diagonal), static_cast<long long>(j));
        }
    }
    return SHL_OK;
}

shl_status check_order(const int32_t * order, int64_t count) {
    std::vector<bool> seen(static_cast<size_t>(count));
    for (int64_t i = 0; order != nullptr && i < count; ++i) {
        if (order[i] < 0 || order[i] >= count || seen[static_cast<size_t>(order[i])]) {
            return fail(SHL_INVALID_ARGUMENT,
                "the order has %d in place %lld, which is not a run of columns or a second time", order[i],
                static_cast<long long>(i));
        }
        seen[static_cast<size_t>(order[i])] = true;
    }
    return SHL_OK;
}

} // namespace

bool shl_type_rounds(int32_t type) noexcept {
    return kernel(type) != nullptr;
}

shl_status shl_rows_round(int32_t type, const float * weights, int64_t elements, const float * factor,
    int64_t factor_elements, const int32_t * order, uint8_t * target, int64_t target_bytes, int64_t rows,
    int64_t columns, double * loss) noexcept {
    return shell::guard([&] {
        const auto rounds = kernel(type);
        if (rounds == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "tensor type %d cannot be rounded to with error feedback", type);
        }
        const auto native = static_cast<ggml_type>(type);
        if (weights == nullptr || factor == nullptr || target == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "weights, factor or target is NULL");
        }
        auto status = check_shape(native, elements, factor_elements, target_bytes, rows, columns);
        status = status == SHL_OK ? check_weights(native, weights, rows, columns) : status;
        status = status == SHL_OK ? check_factor(factor, columns) : status;
        status = status == SHL_OK ? check_order(order, columns / rounding::RUN) : status;
        if (status != SHL_OK) {
            return status;
        }
        const double sum =
            rows > 0 && columns > 0 ? rounding::round(rounds, weights, factor, order, target, rows, columns) : 0;
        if (!std::isfinite(sum)) {
            return fail(SHL_INVALID_ARGUMENT,
                "the errors grow without bound, or the factor is not finite; damp the Gram matrix more");
        }
        if (loss != nullptr) {
            *loss = sum;
        }
        return SHL_OK;
    });
}
