#include "block_kernels.h"

namespace block_kernels {

Quantize block_kernels_anywhere(int32_t type);
#ifdef SHEARLING_X86
Quantize block_kernels_avx2(int32_t type);
Quantize block_kernels_avx512(int32_t type);
#endif

int variants(Variant (&out)[MOST_VARIANTS]) {
    int count = 0;
    out[count++] = {"anywhere", block_kernels_anywhere};
#ifdef SHEARLING_X86
    if (__builtin_cpu_supports("avx2")) {
        out[count++] = {"avx2", block_kernels_avx2};
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
            out[count++] = {"avx512", block_kernels_avx512};
        }
    }
#endif
    return count;
}

Quantize kernel(int32_t type) {
    static const auto chosen = [] {
        Variant all[MOST_VARIANTS];
        return all[variants(all) - 1].kernel;
    }();
    return chosen(type);
}

} // namespace block_kernels
