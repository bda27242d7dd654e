#include "argmax.h"

#include <limits>

namespace shell {

namespace {

// One block's maximum is found in independent lanes, which every compiler turns into vector instructions; only the
// block that holds the largest value is searched for its place. 1024 floats are 4 kB and stay in the first cache.
constexpr int32_t LANES = 16;
constexpr int32_t BLOCK = 1024;

float largest(const float * values, int32_t count) {
    constexpr float LOWEST = -std::numeric_limits<float>::infinity();
    float lanes[LANES];
    for (float & lane : lanes) {
        lane = LOWEST;
    }
    int32_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (int32_t lane = 0; lane < LANES; ++lane) {
            const float value = values[i + lane];
            lanes[lane] = value > lanes[lane] ? value : lanes[lane]; // false for NaN
        }
    }
    float best = LOWEST;
    for (; i < count; ++i) {
        best = values[i] > best ? values[i] : best;
    }
    for (const float lane : lanes) {
        best = lane > best ? lane : best;
    }
    return best;
}

} // namespace

int32_t argmax(const float * values, int32_t count) {
    float best = -std::numeric_limits<float>::infinity();
    int32_t block = 0;
    for (int32_t start = 0; start < count; start += BLOCK) {
        const float value = largest(values + start, count - start < BLOCK ? count - start : BLOCK);
        if (value > best) {
            best = value;
            block = start;
        }
    }
    for (int32_t i = block; i < count; ++i) {
        if (values[i] == best) {
            return i;
        }
    }
    return 0;
}

} // namespace shell
