// Kernels that make rows of floats into blocks of tensor types, to the byte what ggml_quantize_chunk makes of them on
// x86-64, many times quicker: the searches for scales run a group of values a lane. The source is compiled for any
// processor and again for those with more.
#ifndef SHEARLING_BLOCK_KERNELS_H
#define SHEARLING_BLOCK_KERNELS_H

#include <cstdint>

namespace block_kernels {

// [rows, columns] at x to the type's blocks at target. columns: a multiple of the type's block, not 0. importance:
// [columns] or NULL. Values are finite and not beyond +-65504, importance is 0 to 1e20. Thread-safe.
using Quantize = void (*)(const float * x, uint8_t * target, int64_t rows, int64_t columns, const float * importance);

// The kernel of a tensor type (ggml's numbers) for this processor, or NULL where there is none.
Quantize kernel(int32_t type);

// The same of every variant that this processor can run, the plainest first. For tests and measurements.
struct Variant {
    const char * name;
    Quantize (*kernel)(int32_t type);
};
constexpr int MOST_VARIANTS = 3;
int variants(Variant (&out)[MOST_VARIANTS]);

} // namespace block_kernels

#endif
