// Conversions between the types of plain numbers, as loops that a compiler makes vectors of. The source is compiled for
// any processor and again for those with more; all give the same bytes, which are those of Java's PlainRowEncoder.
#ifndef SHEARLING_ROW_KERNELS_H
#define SHEARLING_ROW_KERNELS_H

#include <cstdint>

namespace row_kernels {

enum class Number { F32, F16, BF16, Q8_0 };

// Elements of a block of q8_0, and its bytes: a half and a byte for each.
constexpr int64_t BLOCK = 32;
constexpr int64_t BLOCK_BYTES = 34;

// Converts `count` numbers, for q8_0 a multiple of BLOCK. Rounds to nearest, ties to even, q8_0 away from zero; a NaN
// becomes the quiet one of its sign in f16. -1, or for q8_0 the index of the first number of a block that has a value
// which is not finite or a scale that is no half; what follows is not written then. `from` is not q8_0.
int64_t convert(Number from, const uint8_t * source, Number to, uint8_t * target, int64_t count);

} // namespace row_kernels

#endif
