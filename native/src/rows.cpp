#include "block_kernels.h"
#include "registry.h"
#include "row_kernels.h"
#include "shell.h"

#include "ggml.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

namespace {

using shell::fail;

constexpr float LARGEST_SCALE = 65504.0f; // of the halves that hold the scales of blocks
constexpr float SAFE_SCALE = 1024.0f; // of values whose block's scale and minimum are sure to fit
constexpr float LARGEST_IMPORTANCE = 1e20f;
constexpr float SMALLEST_IMPORTANCE = 1e-20f; // of a run; less would vanish in the kernels' products
constexpr int64_t FLOATS_AT_ONCE = 8192; // what a core's first cache holds
constexpr int64_t IMPORTANCE_RUN = 16; // the smallest group that the grid kernels scale on its own

bool exists(int32_t type) {
    return type >= 0 && type < GGML_TYPE_COUNT && ggml_blck_size(static_cast<ggml_type>(type)) > 0;
}

bool quantizes(ggml_type type) {
    switch (type) {
    case GGML_TYPE_F32:
    case GGML_TYPE_F16:
    case GGML_TYPE_BF16:
    case GGML_TYPE_Q1_0:
    case GGML_TYPE_Q2_0:
    case GGML_TYPE_Q4_0:
    case GGML_TYPE_Q4_1:
    case GGML_TYPE_Q5_0:
    case GGML_TYPE_Q5_1:
    case GGML_TYPE_Q8_0:
    case GGML_TYPE_MXFP4:
    case GGML_TYPE_NVFP4:
    case GGML_TYPE_Q2_K:
    case GGML_TYPE_Q3_K:
    case GGML_TYPE_Q4_K:
    case GGML_TYPE_Q5_K:
    case GGML_TYPE_Q6_K:
    case GGML_TYPE_TQ1_0:
    case GGML_TYPE_TQ2_0:
    case GGML_TYPE_IQ2_XXS:
    case GGML_TYPE_IQ2_XS:
    case GGML_TYPE_IQ2_S:
    case GGML_TYPE_IQ3_XXS:
    case GGML_TYPE_IQ3_S:
    case GGML_TYPE_IQ1_S:
    case GGML_TYPE_IQ1_M:
    case GGML_TYPE_IQ4_NL:
    case GGML_TYPE_IQ4_XS:
        return true;
    default:
        return false;
    }
}

// Types that look for the nearest point of a grid; their kernels abort when a whole group has no importance.
bool on_grid(ggml_type type) {
    switch (type) {
    case GGML_TYPE_IQ2_XXS:
    case GGML_TYPE_IQ2_XS:
    case GGML_TYPE_IQ2_S:
    case GGML_TYPE_IQ3_XXS:
    case GGML_TYPE_IQ3_S:
    case GGML_TYPE_IQ1_S:
    case GGML_TYPE_IQ1_M:
        return true;
    default:
        return false;
    }
}

bool dequantizes(ggml_type type) {
    return type == GGML_TYPE_F32 || ggml_get_type_traits(type)->to_float != nullptr;
}

shl_status check_shape(ggml_type type, int64_t rows, int64_t columns, int64_t bytes, int64_t elements) {
    const int64_t block = ggml_blck_size(type);
    if (rows < 0 || columns < 0) {
        return fail(SHL_INVALID_ARGUMENT, "rows or columns is negative");
    }
    if (columns % block != 0) {
        return fail(SHL_INVALID_ARGUMENT, "%lld columns are not a multiple of the %lld of a block of %s",
            static_cast<long long>(columns), static_cast<long long>(block), ggml_type_name(type));
    }
    if (columns > 0 && rows > std::numeric_limits<int64_t>::max() / 8 / columns) {
        return fail(SHL_INVALID_ARGUMENT, "rows x columns is too large");
    }
    const auto needed = rows * static_cast<int64_t>(ggml_row_size(type, columns));
    if (bytes < needed) {
        return fail(SHL_INVALID_ARGUMENT, "%lld bytes of %s are needed, there are %lld", static_cast<long long>(needed),
            ggml_type_name(type), static_cast<long long>(bytes));
    }
    if (elements < rows * columns) {
        return fail(SHL_INVALID_ARGUMENT, "%lld floats are needed, there are %lld",
            static_cast<long long>(rows * columns), static_cast<long long>(elements));
    }
    return SHL_OK;
}

// The row of a message counts from `first_row` on.
shl_status check_values(
    ggml_type type, const float * source, int64_t first_row, int64_t count, int64_t columns, bool * large) {
    const bool wide = type == GGML_TYPE_F32 || type == GGML_TYPE_BF16;
    const float limit = wide ? std::numeric_limits<float>::max() : LARGEST_SCALE;
    // Whole rows at once, so that the compiler can use vectors; a NaN fails the comparison too.
    *large = false;
    for (int64_t start = 0; start < count; start += columns) {
        int bad = 0;
        int big = 0;
        for (int64_t i = 0; i < columns; ++i) {
            const float size = std::fabs(source[start + i]);
            bad |= !(size <= limit);
            big |= size > SAFE_SCALE;
        }
        *large = *large || big != 0;
        for (int64_t i = 0; bad != 0 && i < columns; ++i) {
            const float value = source[start + i];
            if (!(std::fabs(value) <= limit)) {
                return fail(SHL_INVALID_ARGUMENT, "the value %g in row %lld, column %lld does not fit %s",
                    static_cast<double>(value), static_cast<long long>(first_row + start / columns),
                    static_cast<long long>(i), ggml_type_name(type));
            }
        }
    }
    return SHL_OK;
}

shl_status check_importance(ggml_type type, const float * importance, int64_t columns) {
    if (importance == nullptr) {
        return ggml_quantize_requires_imatrix(type)
            ? fail(SHL_INVALID_ARGUMENT, "%s needs the importance of the columns", ggml_type_name(type))
            : SHL_OK;
    }
    for (int64_t i = 0; i < columns; ++i) {
        if (!(importance[i] >= 0 && importance[i] <= LARGEST_IMPORTANCE)) {
            return fail(SHL_INVALID_ARGUMENT, "the importance %g of column %lld is not between 0 and 1e20",
                static_cast<double>(importance[i]), static_cast<long long>(i));
        }
    }
    for (int64_t start = 0; on_grid(type) && start < columns; start += IMPORTANCE_RUN) {
        float sum = 0;
        for (int64_t i = start; i < start + IMPORTANCE_RUN; ++i) {
            sum += importance[i];
        }
        if (sum < SMALLEST_IMPORTANCE) {
            return fail(SHL_INVALID_ARGUMENT, "columns %lld to %lld have no importance at all; %s cannot be made so",
                static_cast<long long>(start), static_cast<long long>(start + IMPORTANCE_RUN - 1),
                ggml_type_name(type));
        }
    }
    return SHL_OK;
}

std::optional<row_kernels::Number> plain(int32_t type) {
    switch (type) {
    case GGML_TYPE_F32:
        return row_kernels::Number::F32;
    case GGML_TYPE_F16:
        return row_kernels::Number::F16;
    case GGML_TYPE_BF16:
        return row_kernels::Number::BF16;
    case GGML_TYPE_Q8_0:
        return row_kernels::Number::Q8_0;
    default:
        return std::nullopt;
    }
}

// By our kernels where there are some: the same bytes, many times quicker.
void quantize_rows(
    ggml_type type, const float * source, uint8_t * target, int64_t rows, int64_t columns, const float * importance) {
    if (const auto number = plain(type)) {
        const auto * bytes = reinterpret_cast<const uint8_t *>(source);
        row_kernels::convert(row_kernels::Number::F32, bytes, *number, target, rows * columns);
    } else if (const auto kernel = block_kernels::kernel(type)) {
        kernel(source, target, rows, columns, importance);
    } else {
        ggml_quantize_chunk(type, source, target, 0, rows, columns, importance);
    }
}

// A search for the best scale of uneven weights can end far outside of the values' own range.
shl_status check_result(ggml_type type, const uint8_t * target, int64_t first_row, int64_t rows, int64_t columns) {
    std::vector<float> back(static_cast<size_t>(columns));
    for (int64_t row = 0; row < rows; ++row) {
        ggml_get_type_traits(type)->to_float(
            target + row * static_cast<int64_t>(ggml_row_size(type, columns)), back.data(), columns);
        for (const float value : back) {
            if (!std::isfinite(value)) {
                return fail(SHL_INVALID_ARGUMENT, "the values of row %lld are too large for %s",
                    static_cast<long long>(first_row + row), ggml_type_name(type));
            }
        }
    }
    return SHL_OK;
}

shl_status quantize_checked(ggml_type type, const float * source, uint8_t * target, int64_t first_row, int64_t rows,
    int64_t columns, const float * importance) {
    bool large = false;
    auto status = check_values(type, source, first_row, rows * columns, columns, &large);
    if (status == SHL_OK) {
        quantize_rows(type, source, target, rows, columns, importance);
        status = large && ggml_is_quantized(type) ? check_result(type, target, first_row, rows, columns) : status;
    }
    return status;
}

void dequantize_rows(ggml_type type, const uint8_t * source, float * target, int64_t rows, int64_t columns) {
    if (type == GGML_TYPE_F32) {
        std::memcpy(target, source, static_cast<size_t>(rows * columns) * sizeof(float));
        return;
    }
    const auto row_bytes = static_cast<int64_t>(ggml_row_size(type, columns));
    const auto to_float = ggml_get_type_traits(type)->to_float;
    for (int64_t row = 0; row < rows; ++row) {
        to_float(source + row * row_bytes, target + row * columns, columns);
    }
}

} // namespace

shl_status shl_type_read(int32_t type, shl_type_info * out) noexcept {
    if (out == nullptr) {
        return fail(SHL_INVALID_ARGUMENT, "out is NULL");
    }
    if (!exists(type)) {
        return fail(SHL_INVALID_ARGUMENT, "there is no tensor type %d", type);
    }
    const auto native = static_cast<ggml_type>(type);
    *out = {};
    out->block_elements = static_cast<int32_t>(ggml_blck_size(native));
    out->block_bytes = static_cast<int32_t>(ggml_type_size(native));
    out->dequantizes = dequantizes(native);
    out->quantizes = quantizes(native);
    out->needs_importance = ggml_quantize_requires_imatrix(native);
    std::snprintf(out->name, sizeof out->name, "%s", ggml_type_name(native));
    return SHL_OK;
}

shl_status shl_rows_dequantize(int32_t type, const uint8_t * source, int64_t source_bytes, float * target,
    int64_t target_elements, int64_t rows, int64_t columns) noexcept {
    return shell::guard([&] {
        if (!exists(type) || !dequantizes(static_cast<ggml_type>(type))) {
            return fail(SHL_INVALID_ARGUMENT, "tensor type %d cannot be dequantized", type);
        }
        const auto native = static_cast<ggml_type>(type);
        if (source == nullptr || target == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "source or target is NULL");
        }
        if (const auto status = check_shape(native, rows, columns, source_bytes, target_elements); status != SHL_OK) {
            return status;
        }
        shell::prepare_ggml();
        if (columns > 0) {
            dequantize_rows(native, source, target, rows, columns);
        }
        return SHL_OK;
    });
}

shl_status shl_rows_quantize(int32_t type, const float * source, int64_t source_elements, uint8_t * target,
    int64_t target_bytes, int64_t rows, int64_t columns, const float * importance) noexcept {
    return shell::guard([&] {
        if (!exists(type) || !quantizes(static_cast<ggml_type>(type))) {
            return fail(SHL_INVALID_ARGUMENT, "tensor type %d cannot be quantized to", type);
        }
        const auto native = static_cast<ggml_type>(type);
        if (source == nullptr || target == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "source or target is NULL");
        }
        auto status = check_shape(native, rows, columns, target_bytes, source_elements);
        if (status == SHL_OK && rows > 0 && columns > 0) {
            status = check_importance(native, importance, columns);
            if (status == SHL_OK) {
                shell::prepare_ggml();
                status = quantize_checked(native, source, target, 0, rows, columns, importance);
            }
        }
        return status;
    });
}

shl_status shl_rows_convert(int32_t source_type, const uint8_t * source, int64_t source_bytes, int32_t target_type,
    uint8_t * target, int64_t target_bytes, int64_t rows, int64_t columns) noexcept {
    return shell::guard([&] {
        const auto from = plain(source_type);
        const auto to = plain(target_type);
        if (!from || !to || *from == row_kernels::Number::Q8_0) {
            return fail(SHL_INVALID_ARGUMENT, "tensor type %d cannot be converted to %d", source_type, target_type);
        }
        if (source == nullptr || target == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "source or target is NULL");
        }
        constexpr auto any = std::numeric_limits<int64_t>::max();
        auto status = check_shape(static_cast<ggml_type>(target_type), rows, columns, target_bytes, any);
        if (status == SHL_OK) {
            status = check_shape(static_cast<ggml_type>(source_type), rows, columns, source_bytes, any);
        }
        if (status != SHL_OK || columns == 0) {
            return status;
        }
        const auto bad = row_kernels::convert(*from, source, *to, target, rows * columns);
        return bad < 0
            ? SHL_OK
            : fail(SHL_INVALID_ARGUMENT, "row %lld has a value in columns %lld to %lld that does not fit q8_0",
                  static_cast<long long>(bad / columns), static_cast<long long>(bad % columns),
                  static_cast<long long>(bad % columns + row_kernels::BLOCK - 1));
    });
}

shl_status shl_rows_recode(int32_t source_type, const uint8_t * source, int64_t source_bytes, int32_t target_type,
    uint8_t * target, int64_t target_bytes, int64_t rows, int64_t columns, const float * importance) noexcept {
    return shell::guard([&] {
        if (!exists(source_type) || !dequantizes(static_cast<ggml_type>(source_type)) || !exists(target_type)
            || !quantizes(static_cast<ggml_type>(target_type))) {
            return fail(SHL_INVALID_ARGUMENT, "tensor type %d cannot become %d", source_type, target_type);
        }
        if (source == nullptr || target == nullptr) {
            return fail(SHL_INVALID_ARGUMENT, "source or target is NULL");
        }
        const auto from = static_cast<ggml_type>(source_type);
        const auto to = static_cast<ggml_type>(target_type);
        constexpr auto any = std::numeric_limits<int64_t>::max();
        auto status = check_shape(from, rows, columns, source_bytes, any);
        status = status == SHL_OK ? check_shape(to, rows, columns, target_bytes, any) : status;
        if (status != SHL_OK || rows == 0 || columns == 0) {
            return status;
        }
        status = check_importance(to, importance, columns);
        shell::prepare_ggml();
        const int64_t step = std::min(rows, std::max<int64_t>(1, FLOATS_AT_ONCE / columns));
        std::vector<float> values(static_cast<size_t>(step * columns));
        for (int64_t row = 0; row < rows && status == SHL_OK; row += step) {
            const int64_t count = std::min(step, rows - row);
            dequantize_rows(
                from, source + row * static_cast<int64_t>(ggml_row_size(from, columns)), values.data(), count, columns);
            status = quantize_checked(to, values.data(),
                target + row * static_cast<int64_t>(ggml_row_size(to, columns)), row, count, columns, importance);
        }
        return status;
    });
}
