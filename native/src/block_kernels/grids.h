// The grids of the types that store groups of 4 or 8 levels as an index of the points that exist, and for every point
// that does not the nearest that do. Compiled once, for any processor.
#ifndef SHEARLING_GRIDS_H
#define SHEARLING_GRIDS_H

#include <cstdint>

namespace block_kernels {

// A point's code has its levels in `bits` each, the first in the lowest.
struct Grid {
    // By code. In the lower 8 bits: how many times sixteen neighbours there are; 0 for a point of the grid. Above:
    // where they start, in sixteens, or the index of the point.
    const uint32_t * entries;
    // Codes, the nearest first and then in the order of their indices; the last is repeated to fill sixteen.
    const int32_t * neighbours;
};

// One of iq2_xxs, iq2_xs, iq2_s, iq3_xxs and iq3_s. Made at the first call, in tens of milliseconds. Thread-safe.
const Grid & grid(int32_t type);

} // namespace block_kernels

#endif
