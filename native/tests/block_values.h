// Values and importances on which kernels of blocks may go astray, by kind and seed.
#ifndef SHEARLING_BLOCK_VALUES_H
#define SHEARLING_BLOCK_VALUES_H

#include "ggml.h"

#include <cstdint>
#include <vector>

namespace block_values {

constexpr int VALUE_KINDS = 18;
constexpr int IMPORTANCE_KINDS = 8; // the first is none, an empty vector, where the type allows that

// Finite and not beyond +-65504. `type` is what they will be quantized to: some kinds lie on its grid.
std::vector<float> values(int kind, uint32_t seed, ggml_type type, int64_t rows, int64_t columns);

// With some of it wherever the type wants that.
std::vector<float> importance(int kind, uint32_t seed, ggml_type type, int64_t columns);

} // namespace block_values

#endif
