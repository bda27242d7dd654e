// Compiled for any processor and again for those with more; gram.cpp chooses one when the program runs.
// SHEARLING_VARIANT names the function.
#include "gram.h"

#include <cstring>

namespace gram {

void SHEARLING_VARIANT(const float * a, const float * b, int64_t count, float * out);

namespace {

// gcc makes shuffles of plain loops here. Where registers are shorter the compiler takes several.
using Lanes = float __attribute__((vector_size(32)));
constexpr int64_t WIDTH = sizeof(Lanes) / sizeof(float);

} // namespace

void SHEARLING_VARIANT(const float * a, const float * b, int64_t count, float * out) {
    // So many sums fit the registers.
    constexpr int64_t ROWS = 4;
    constexpr int64_t PARTS = TILE / WIDTH;
    for (int64_t i = 0; i < TILE; i += ROWS) {
        Lanes sums[ROWS][PARTS] = {};
        for (int64_t k = 0; k < count; ++k) {
            const float * const x = a + k * TILE + i;
            Lanes y[PARTS];
            std::memcpy(y, b + k * TILE, sizeof y);
            for (int64_t r = 0; r < ROWS; ++r) {
                for (int64_t part = 0; part < PARTS; ++part) {
                    sums[r][part] += x[r] * y[part];
                }
            }
        }
        for (int64_t r = 0; r < ROWS; ++r) {
            float row[TILE];
            std::memcpy(row, sums[r], sizeof row);
            for (int64_t c = 0; c < TILE; ++c) {
                out[(i + r) * TILE + c] += row[c];
            }
        }
    }
}

} // namespace gram
