// How the process's allocator treats what this library frees.
#ifndef SHEARLING_ALLOCATOR_H
#define SHEARLING_ALLOCATOR_H

namespace shell {

// Has large blocks mapped, each for itself, so that freeing one gives it back at once. Left to itself glibc moves the
// size from which it maps up to 32 MB, as such blocks are freed, and keeps up to 64 MB at the end of each of its
// arenas, of which there are eight a core: hundreds of megabytes where one model is loaded after the other. Once; a
// user's own settings, MALLOC_MMAP_THRESHOLD_ or GLIBC_TUNABLES, are left as they are.
void map_large_blocks() noexcept;

// Gives the system back what was freed in smaller blocks. Walks all of them, a few milliseconds.
void give_back() noexcept;

} // namespace shell

#endif
