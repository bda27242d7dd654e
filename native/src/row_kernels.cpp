#include "row_kernels.h"

#ifdef SHEARLING_X86
#    include <cpuid.h>
#endif

namespace row_kernels {

int64_t row_kernels_anywhere(Number from, const uint8_t * source, Number to, uint8_t * target, int64_t count);
#ifdef SHEARLING_X86
int64_t row_kernels_avx2(Number from, const uint8_t * source, Number to, uint8_t * target, int64_t count);
#endif

namespace {

#ifdef SHEARLING_X86
// By itself, since clang before 18 does not know the name.
bool has_f16c() {
    unsigned int a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}
#endif

using Convert = int64_t (*)(Number, const uint8_t *, Number, uint8_t *, int64_t);

Convert best() {
#ifdef SHEARLING_X86
    if (__builtin_cpu_supports("avx2") && has_f16c()) {
        return row_kernels_avx2;
    }
#endif
    return row_kernels_anywhere;
}

} // namespace

int64_t convert(Number from, const uint8_t * source, Number to, uint8_t * target, int64_t count) {
    static const Convert chosen = best();
    return chosen(from, source, to, target, count);
}

} // namespace row_kernels
