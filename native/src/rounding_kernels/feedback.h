// What the errors of columns pass on to later ones: products with the factor.
#ifndef SHEARLING_ROUNDING_FEEDBACK_H
#define SHEARLING_ROUNDING_FEEDBACK_H

#include "../block_kernels/lanes.h"
#include "../rounding_kernels.h"

namespace rounding {
namespace {

using namespace block_kernels;

constexpr int64_t DEPTH = 128; // columns whose errors stay in the first cache
constexpr int FLOATS = VECTOR_BYTES / 4;

// sums[c][row] += errors[k][row] * factor[c * stride + k] for k up to `depth`, in this order. VECTORS of rows.
template <int VECTORS, int COLUMNS>
inline void add_tile(const float * errors, const float * factor, int64_t stride, int64_t depth, float * sums) {
    Array<Array<FloatVector, VECTORS>, COLUMNS> sum;
    for (int c = 0; c < COLUMNS; ++c) {
        for (int v = 0; v < VECTORS; ++v) {
            sum[c][v] = load_vector(sums + c * ROWS + v * FLOATS);
        }
    }
    for (int64_t k = 0; k < depth; ++k) {
        Array<FloatVector, VECTORS> error;
        for (int v = 0; v < VECTORS; ++v) {
            error[v] = load_vector(errors + k * ROWS + v * FLOATS);
        }
        for (int c = 0; c < COLUMNS; ++c) {
            const float coefficient = factor[c * stride + k];
            for (int v = 0; v < VECTORS; ++v) {
                sum[c][v] = sum[c][v] + error[v] * coefficient;
            }
        }
    }
    for (int c = 0; c < COLUMNS; ++c) {
        for (int v = 0; v < VECTORS; ++v) {
            store_vector(sum[c][v], sums + c * ROWS + v * FLOATS);
        }
    }
}

// The same for `columns` columns, a multiple of 4, of which the factor's coefficients begin at `factor`, for as many
// rows as there are.
inline void add_feedback(
    const float * errors, const float * factor, int64_t stride, int64_t depth, int columns, int rows, float * sums) {
    constexpr int COLUMNS = 4;
    constexpr int VECTORS = VECTOR_BYTES == 64 ? 4 : 2;
    for (int64_t k = 0; k < depth; k += DEPTH) {
        const int64_t here = depth - k < DEPTH ? depth - k : DEPTH;
        for (int c = 0; c < columns; c += COLUMNS) {
            for (int row = 0; row < rows; row += VECTORS * FLOATS) {
                add_tile<VECTORS, COLUMNS>(
                    errors + k * ROWS + row, factor + c * stride + k, stride, here, sums + c * ROWS + row);
            }
        }
    }
}

} // namespace
} // namespace rounding

#endif
