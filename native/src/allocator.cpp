#include "allocator.h"

#include <cstdlib>

#if defined(__GLIBC__)
#    include <malloc.h>
#endif

namespace shell {

void map_large_blocks() noexcept {
#if defined(__GLIBC__)
    constexpr int least = 1 << 20;
    static const bool done = std::getenv("MALLOC_MMAP_THRESHOLD_") != nullptr
        || std::getenv("GLIBC_TUNABLES") != nullptr || mallopt(M_MMAP_THRESHOLD, least) == 1;
    static_cast<void>(done);
#endif
}

void give_back() noexcept {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

} // namespace shell
