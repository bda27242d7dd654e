// A CPU variant for a processor that nobody has. To run it would be fatal.
#include "ggml-backend-impl.h"

#include <cstdlib>

namespace {

int score() {
    return 0;
}

ggml_backend_reg_t make() {
    std::abort();
}

} // namespace

GGML_BACKEND_DL_IMPL(make)
GGML_BACKEND_DL_SCORE_IMPL(score)
