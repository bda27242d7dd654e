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

// The columns at hand, and what is found for them.
struct Panel {
    alignas(64) float weights[PANEL][ROWS];
    alignas(64) float sums[PANEL][ROWS]; // over the columns before: of their errors with the factor
    alignas(64) float scales[PANEL / 16][ROWS]; // of groups, as they are stored: whole numbers for super-blocks
    alignas(64) float minimums[PANEL / 16][ROWS];
    alignas(64) float scales_unit[ROWS]; // of super-blocks
    alignas(64) float minimums_unit[ROWS];
    uint8_t codes[ROWS][PANEL];
};

struct Matrix {
    const float * weights; // [rows, columns]
    int64_t rows;
    int64_t columns;
    const float * factor; // see shl_rows_round
    const float * inverse; // [columns] of the factor's diagonal
    const float * squares; // [columns] of the factor's diagonal, relative to something
    float * errors; // [columns, ROWS], of the kernel
    Panel * panel; // of the kernel
};

// Writes the blocks, and the losses of rows, in which each column counts by `squares`.
using Round = void (*)(const Matrix & matrix, uint8_t * target, double * losses);

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
double round(
    Round kernel, const float * weights, const float * factor, uint8_t * target, int64_t rows, int64_t columns);

} // namespace rounding

#endif
