// Compiled once for each variant, with SHEARLING_VARIANT as the name of its function and with the instructions it may
// use.
#include "ggml.h"
#include "rounding_kernels.h"
#include "rounding_kernels/rows.h"
#include "rounding_kernels/simple_formats.h"
#include "rounding_kernels/super_formats.h"

namespace rounding {

Round SHEARLING_VARIANT(int32_t type);

Round SHEARLING_VARIANT(int32_t type) {
    switch (type) {
    case GGML_TYPE_Q4_0:
        return round_rows<SimpleEven<Q40Format, Even<32, -8, 7>>>;
    case GGML_TYPE_Q4_1:
        return round_rows<SimpleAffine<Q41, 15>>;
    case GGML_TYPE_Q5_0:
        return round_rows<SimpleEven<Q50Format, Even<32, -16, 15>>>;
    case GGML_TYPE_Q5_1:
        return round_rows<SimpleAffine<Q51, 31>>;
    case GGML_TYPE_Q8_0:
        return round_rows<SimpleEven<Q80Format, Even<32, -127, 127>>>;
    case GGML_TYPE_Q2_K:
        return round_rows<SuperAffine<Q2K>>;
    case GGML_TYPE_Q3_K:
        return round_rows<SuperEven<Q3KFormat>>;
    case GGML_TYPE_Q4_K:
        return round_rows<SuperAffine<Q4K>>;
    case GGML_TYPE_Q5_K:
        return round_rows<SuperAffine<Q5K>>;
    case GGML_TYPE_Q6_K:
        return round_rows<SuperEven<Q6KFormat>>;
    case GGML_TYPE_IQ4_NL:
        return round_rows<SimpleEven<IQ4NLFormat, Points>>;
    case GGML_TYPE_IQ4_XS:
        return round_rows<SuperEven<IQ4XSFormat>>;
    default:
        return nullptr;
    }
}

} // namespace rounding
