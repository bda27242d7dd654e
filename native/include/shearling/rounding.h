// Rounding with error feedback (GPTQ, arXiv 2210.17323, in the form of QuIP's LDLQ, arXiv 2307.13304): float rows
// become ordinary blocks of a tensor type, chosen so that the products with the inputs of a model change little.
// Thread-safe.
#ifndef SHEARLING_ROUNDING_H
#define SHEARLING_ROUNDING_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

// Whether shl_rows_round knows a tensor type (ggml's numbers): q4_0, q4_1, q5_0, q5_1, q8_0, q2_K to q6_K, iq4_nl and
// iq4_xs.
SHL_API bool shl_type_rounds(int32_t type) SHL_NOEXCEPT;

// [rows, columns] floats at weights to blocks of the type at target. columns: a multiple of the type's block.
//
// factor: R, upper triangular, of the damped Gram matrix of the inputs H = R R^T, [columns, columns] floats, column
// after column: R[k, j] lies at factor[j * columns + k]; below the diagonal (k > j) it is not read. The diagonal is
// positive.
// order: [columns / 32], in which order runs of 32 columns are rounded, or NULL for 0, 1, 2 ... The factor's rows and
// columns are in this order: its columns 32 * i and on are columns 32 * order[i] and on of the weights. Those with the
// largest sums of H's diagonal first lose least.
//
// With E the weights less what the blocks hold, *loss becomes tr(E H E^T), as the sum over rows and columns j of
// R[j, j]^2 * delta_j^2, where delta_j is what is left of the weight in column j with the errors that the columns
// before it have passed on. loss may be NULL.
//
// A weight that is not finite or beyond +-65504 is refused. Rows are independent of each other: the bytes are the same
// for any division of the rows into calls and on every CPU (no fused products), and several threads may round rows of
// one matrix with the same factor; the loss is the same but for the last digits of sums. A call allocates about 370
// bytes a column and 128 KB.
SHL_API enum shl_status shl_rows_round(int32_t type, const float * weights, int64_t elements, const float * factor,
    int64_t factor_elements, const int32_t * order, uint8_t * target, int64_t target_bytes, int64_t rows,
    int64_t columns, double * loss) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
