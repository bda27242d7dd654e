// Compiled for any processor and again for those with more; gram.cpp chooses one when the program runs.
// SHEARLING_VARIANT names the function.
#include "gram.h"

namespace gram {

void SHEARLING_VARIANT(const float * a, const float * b, int64_t count, float * out);

void SHEARLING_VARIANT(const float * a, const float * b, int64_t count, float * out) {
    // So many sums fit the registers.
    constexpr int64_t ROWS = 4;
    for (int64_t i = 0; i < TILE; i += ROWS) {
        float sums[ROWS][TILE] = {};
        for (int64_t k = 0; k < count; ++k) {
            const float * const x = a + k * TILE + i;
            const float * const y = b + k * TILE;
            for (int64_t r = 0; r < ROWS; ++r) {
                for (int64_t c = 0; c < TILE; ++c) {
                    sums[r][c] += x[r] * y[c];
                }
            }
        }
        for (int64_t r = 0; r < ROWS; ++r) {
            for (int64_t c = 0; c < TILE; ++c) {
                out[(i + r) * TILE + c] += sums[r][c];
            }
        }
    }
}

} // namespace gram
