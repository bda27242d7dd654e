// Kernels that round rows of floats to blocks with error feedback; see the public header for the mathematics. The
// source is compiled for any processor and again for those with more, with the same bytes.
#ifndef SHEARLING_ROUNDING_KERNELS_H
#define SHEARLING_ROUNDING_KERNELS_H

#include <cstdint>

namespace rounding {

// Rows that a kernel takes at once.
constexpr int ROWS = 64;
// Columns whose feedback from all columns before is one product.
constexpr int PANEL = 256;

// Columns that stay together in another order.
constexpr int RUN = 32;

// What a kernel knows of the rows at hand. Errors and the panel are in the order of the factor, the rest is in the
// order of the columns.
struct Workspace {
    float * errors; // [columns][ROWS]
    float (*weights)[ROWS]; // [PANEL]
    float (*sums)[ROWS]; // [PANEL] over the columns before: of their errors with the factor
    uint8_t * codes; // [ROWS][columns]
    float (*scales)[ROWS]; // [columns / 16] of groups, as they are stored: whole numbers for super-blocks
    float (*minimums)[ROWS];
    float (*scales_unit)[ROWS]; // [columns / 256] of super-blocks
    float (*minimums_unit)[ROWS];
};

struct Matrix {
    const float * weights; // [rows, columns]
    int64_t rows;
    int64_t columns;
    const float * factor; // see shl_rows_round
    const int32_t * order; // [columns / RUN]
    const float * inverse; // [columns] of the factor's diagonal
    const float * squares; // [columns] of the factor's diagonal, relative to something

    // Where the factor's column lies.
    int64_t column(int64_t at) const { return int64_t{order[at / RUN]} * RUN + at % RUN; }
};

// Writes the blocks, and the losses of rows, in which each column counts by `squares`.
using Round = void (*)(const Matrix & matrix, const Workspace & work, uint8_t * target, double * losses);

// The kernel of a tensor type (ggml's numbers) for this processor, or NULL where there is none.
Round kernel(int32_t type);

// The same of every variant that this processor can run, the plainest first. For tests and measurements.
struct Variant {
    const char * name;
    Round (*kernel)(int32_t type);
};
constexpr int MOST_VARIANTS = 3;
int variants(Variant (&out)[MOST_VARIANTS]);

// shl_rows_round without its checks, by a kernel. The loss.
double round(Round kernel, const float * weights, const float * factor, const int32_t * order, uint8_t * target,
    int64_t rows, int64_t columns);

} // namespace rounding

#endif
