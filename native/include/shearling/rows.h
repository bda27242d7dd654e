// Row kernels: float rows to any tensor type and back. Thread-safe. Rows are contiguous; the same input gives the same
// bytes on every CPU and for any number of threads.
#ifndef SHEARLING_ROWS_H
#define SHEARLING_ROWS_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct shl_type_info {
    int32_t block_elements;
    int32_t block_bytes;
    bool dequantizes; // shl_rows_dequantize knows it
    bool quantizes; // shl_rows_quantize knows it
    bool needs_importance; // shl_rows_quantize refuses it without
    char name[16]; // "q4_K"
};

// Tensor types are ggml's numbers. SHL_INVALID_ARGUMENT for a number without a type.
SHL_API enum shl_status shl_type_read(int32_t type, struct shl_type_info * out) SHL_NOEXCEPT;

// [rows, columns] of the type at source to floats at target. columns: a multiple of the type's block. Sizes are in
// bytes and elements and are checked against what the shape needs.
SHL_API enum shl_status shl_rows_dequantize(int32_t type, const uint8_t * source, int64_t source_bytes, float * target,
    int64_t target_elements, int64_t rows, int64_t columns) SHL_NOEXCEPT;

// [rows, columns] floats at source to the type at target. importance: [columns] weights of the squared error, 0 to
// 1e20, or NULL; the types of grids (iq1, iq2, iq3) want some weight in every 16 columns. A value that is not finite is
// refused, and one beyond
// +-65504 for all types but f32 and bf16; so are large values whose block's scale would become infinite.
SHL_API enum shl_status shl_rows_quantize(int32_t type, const float * source, int64_t source_elements, uint8_t * target,
    int64_t target_bytes, int64_t rows, int64_t columns, const float * importance) SHL_NOEXCEPT;

// [rows, columns] of f32, f16 or bf16 at source to f32, f16, bf16 or q8_0 at target, many times quicker than through
// floats. Float types hold what is too large for them as infinity, and NaNs as NaNs; q8_0 refuses what
// shl_rows_quantize does, and columns is a multiple of 32 then.
SHL_API enum shl_status shl_rows_convert(int32_t source_type, const uint8_t * source, int64_t source_bytes,
    int32_t target_type, uint8_t * target, int64_t target_bytes, int64_t rows, int64_t columns) SHL_NOEXCEPT;

// [rows, columns] of any type at source to any other at target, some rows at a time, as shl_rows_dequantize and then
// shl_rows_quantize make it; what that refuses is refused, and rows before it may be written then.
SHL_API enum shl_status shl_rows_recode(int32_t source_type, const uint8_t * source, int64_t source_bytes,
    int32_t target_type, uint8_t * target, int64_t target_bytes, int64_t rows, int64_t columns,
    const float * importance) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
