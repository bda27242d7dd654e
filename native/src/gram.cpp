#include "gram.h"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <thread>

namespace gram {

void add_tile_anywhere(const float * a, const float * b, int64_t count, float * out);
#ifdef SHEARLING_X86
void add_tile_avx2(const float * a, const float * b, int64_t count, float * out);
#endif

void add_tile(const float * a, const float * b, int64_t count, float * out) {
#ifdef SHEARLING_X86
    static const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2) {
        add_tile_avx2(a, b, count, out);
        return;
    }
#endif
    add_tile_anywhere(a, b, count, out);
}

namespace {

// Longer sums would lose digits.
constexpr int64_t ROWS = 512;

constexpr size_t TILE_FLOATS = TILE * TILE;

// Tiles before those of stripe i, where stripe 0 has `stripes` tiles, stripe 1 one less, and so on.
size_t tiles_before(int64_t stripes, int64_t i) {
    return static_cast<size_t>(i * stripes - i * (i - 1) / 2);
}

} // namespace

Gram::Gram(int64_t columns)
    : width(columns), stripes((columns + TILE - 1) / TILE), sums(tiles_before(stripes, stripes) * TILE_FLOATS) {}

void Gram::pack(const float * rows, size_t stride, int64_t count) {
    packed.assign(static_cast<size_t>(stripes * count * TILE), 0.0F);
    for (int64_t row = 0; row < count; ++row) {
        const auto * const from =
            reinterpret_cast<const float *>(reinterpret_cast<const char *>(rows) + static_cast<size_t>(row) * stride);
        for (int64_t stripe = 0; stripe < stripes; ++stripe) {
            const int64_t size = std::min(TILE, width - stripe * TILE);
            std::memcpy(packed.data() + (stripe * count + row) * TILE, from + stripe * TILE,
                static_cast<size_t>(size) * sizeof(float));
        }
    }
}

void Gram::add_stripes(int64_t count, int64_t first, int64_t step) {
    for (int64_t i = first; i < stripes; i += step) {
        float * out = sums.data() + tiles_before(stripes, i) * TILE_FLOATS;
        for (int64_t j = i; j < stripes; ++j, out += TILE_FLOATS) {
            add_tile(packed.data() + i * count * TILE, packed.data() + j * count * TILE, count, out);
        }
    }
}

void Gram::add(const float * rows, size_t stride, int64_t count, int32_t threads) {
    for (int64_t done = 0; done < count; done += ROWS) {
        const int64_t now = std::min(ROWS, count - done);
        pack(reinterpret_cast<const float *>(reinterpret_cast<const char *>(rows) + static_cast<size_t>(done) * stride),
            stride, now);
        std::vector<std::thread> others;
        try {
            for (int32_t t = 1; t < threads; ++t) {
                others.emplace_back([this, now, t, threads] { add_stripes(now, t, threads); });
            }
        } catch (const std::system_error &) {
            // What no thread could be started for is done here.
        }
        add_stripes(now, 0, threads);
        for (auto t = static_cast<int32_t>(others.size()) + 1; t < threads; ++t) {
            add_stripes(now, t, threads);
        }
        for (auto & other : others) {
            other.join();
        }
    }
}

void Gram::copy(float * out) const {
    const float * tile = sums.data();
    for (int64_t i = 0; i < stripes; ++i) {
        for (int64_t j = i; j < stripes; ++j, tile += TILE_FLOATS) {
            for (int64_t row = i * TILE; row < std::min(width, (i + 1) * TILE); ++row) {
                for (int64_t column = j * TILE; column < std::min(width, (j + 1) * TILE); ++column) {
                    const float value = tile[(row - i * TILE) * TILE + column - j * TILE];
                    out[row * width + column] = value;
                    out[column * width + row] = value;
                }
            }
        }
    }
}

} // namespace gram
