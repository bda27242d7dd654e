// ggml's list of back ends and devices is not made for threads: whoever reads it holds this lock shared, whoever adds
// to it holds it alone.
#ifndef SHEARLING_REGISTRY_H
#define SHEARLING_REGISTRY_H

#include "ggml-backend.h"

#include <shared_mutex>

namespace shell {

std::shared_mutex & registry();

// The CPU back end's device, or NULL before one is loaded.
ggml_backend_dev_t cpu_device();

// Makes ggml's tables. Any number of times.
void prepare_ggml();

} // namespace shell

#endif
