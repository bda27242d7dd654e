// How long products of weights with activations take on this machine's CPU: what a model's speed is made of.
// Thread-safe; whatever else computes meanwhile is in the figure.
#ifndef SHEARLING_PRODUCT_H
#define SHEARLING_PRODUCT_H

#include "status.h"

#ifdef __cplusplus
extern "C" {
#endif

struct shl_product {
    int32_t type; // of the weights, ggml's number; one that shl_rows_quantize knows
    int64_t columns; // elements of a row of weights: a multiple of the type's block
    int64_t rows;
    int32_t matrices; // of a stack of experts; else 1
    int32_t used; // matrices that each token is multiplied with, 1 to matrices
    int32_t tokens; // that are multiplied at once: 1 in generation
};

struct shl_product_params {
    int32_t threads; // 0: one a core
    bool repack; // weights are laid out anew where the CPU back end has a faster kernel for that, as in a model
    int64_t span_bytes; // weights that are read between two readings of one: as many copies are made as that takes
    double seconds; // to measure for, at least three rounds
};

SHL_API void shl_product_params_default(struct shl_product_params * out) SHL_NOEXCEPT;

// Times one product: the median of the rounds, each over all copies of the weights, in *seconds. Allocates a little
// more than span_bytes and the weights, or than twice the weights where those are larger. SHL_UNSUPPORTED when this CPU
// back end does not multiply with the type, SHL_OUT_OF_MEMORY when the copies have no room.
SHL_API enum shl_status shl_product_time(
    const struct shl_product * product, const struct shl_product_params * params, double * seconds) SHL_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
