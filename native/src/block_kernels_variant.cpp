// Compiled once for each variant, with SHEARLING_VARIANT as the name of its function and with the instructions it may
// use.
#include "block_kernels.h"
#include "block_kernels/k_affine.h"
#include "block_kernels/nonlinear.h"
#include "block_kernels/on_grid.h"
#include "block_kernels/q3_k.h"
#include "block_kernels/q6_k.h"
#include "block_kernels/simple.h"
#include "ggml.h"

namespace block_kernels {

Quantize SHEARLING_VARIANT(int32_t type);

namespace {

template <void (*KERNEL)(const Source &, uint8_t *)>
void quantize(const float * x, uint8_t * target, int64_t rows, int64_t columns, const float * importance) {
    KERNEL({x, rows, columns, importance}, target);
}

} // namespace

Quantize SHEARLING_VARIANT(int32_t type) {
    switch (type) {
    case GGML_TYPE_Q4_0:
        return quantize<quantize_simple<Q40>>;
    case GGML_TYPE_Q4_1:
        return quantize<quantize_simple<Q41>>;
    case GGML_TYPE_Q5_0:
        return quantize<quantize_simple<Q50>>;
    case GGML_TYPE_Q5_1:
        return quantize<quantize_simple<Q51>>;
    case GGML_TYPE_Q2_K:
        return quantize<quantize_affine<Q2K>>;
    case GGML_TYPE_Q3_K:
        return quantize<quantize_q3_k>;
    case GGML_TYPE_Q4_K:
        return quantize<quantize_affine<Q4K>>;
    case GGML_TYPE_Q5_K:
        return quantize<quantize_affine<Q5K>>;
    case GGML_TYPE_Q6_K:
        return quantize<quantize_q6_k>;
    case GGML_TYPE_IQ4_NL:
        return quantize<quantize_iq4_nl>;
    case GGML_TYPE_IQ4_XS:
        return quantize<quantize_iq4_xs>;
    case GGML_TYPE_IQ2_XXS:
        return quantize<quantize_on_grid<IQ2XXS>>;
    case GGML_TYPE_IQ2_XS:
        return quantize<quantize_on_grid<IQ2XS>>;
    case GGML_TYPE_IQ2_S:
        return quantize<quantize_on_grid<IQ2S>>;
    case GGML_TYPE_IQ3_XXS:
        return quantize<quantize_on_grid<IQ3XXS>>;
    case GGML_TYPE_IQ3_S:
        return quantize<quantize_on_grid<IQ3S>>;
    default:
        return nullptr;
    }
}

} // namespace block_kernels
