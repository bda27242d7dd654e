#include "row_kernels.h"

namespace row_kernels {

int64_t convert_anywhere(Number from, const uint8_t * source, Number to, uint8_t * target, int64_t count);
#ifdef SHEARLING_AVX2
int64_t convert_avx2(Number from, const uint8_t * source, Number to, uint8_t * target, int64_t count);
#endif

namespace {

using Convert = int64_t (*)(Number, const uint8_t *, Number, uint8_t *, int64_t);

Convert best() {
#ifdef SHEARLING_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c")) {
        return convert_avx2;
    }
#endif
    return convert_anywhere;
}

} // namespace

int64_t convert(Number from, const uint8_t * source, Number to, uint8_t * target, int64_t count) {
    static const Convert chosen = best();
    return chosen(from, source, to, target, count);
}

} // namespace row_kernels
