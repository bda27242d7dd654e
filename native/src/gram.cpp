#include "gram.h"

#include <algorithm>
#include <cstring>
#include <functional>
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

const float * row_at(const float * rows, size_t stride, int64_t row) {
    return reinterpret_cast<const float *>(reinterpret_cast<const char *>(rows) + static_cast<size_t>(row) * stride);
}

// Rows as stripes of TILE columns: [stripes, count, TILE], zeros after the last column.
void pack(std::vector<float> & packed, const float * rows, size_t stride, int64_t count, int64_t width) {
    const int64_t stripes = (width + TILE - 1) / TILE;
    packed.assign(static_cast<size_t>(stripes * count * TILE), 0.0F);
    for (int64_t row = 0; row < count; ++row) {
        const float * const from = row_at(rows, stride, row);
        for (int64_t stripe = 0; stripe < stripes; ++stripe) {
            const int64_t size = std::min(TILE, width - stripe * TILE);
            std::memcpy(packed.data() + (stripe * count + row) * TILE, from + stripe * TILE,
                static_cast<size_t>(size) * sizeof(float));
        }
    }
}

// Calls work(0) to work(threads - 1), each on a thread of its own where one can be started.
template <typename Work>
void in_threads(int32_t threads, const Work & work) {
    std::vector<std::thread> others;
    try {
        for (int32_t t = 1; t < threads; ++t) {
            others.emplace_back([&work, t] { work(t); });
        }
    } catch (const std::system_error &) {
        // What no thread could be started for is done here.
    }
    work(0);
    for (auto t = static_cast<int32_t>(others.size()) + 1; t < threads; ++t) {
        work(t);
    }
    for (auto & other : others) {
        other.join();
    }
}

} // namespace

Gram::Gram(int64_t columns)
    : width(columns), stripes((columns + TILE - 1) / TILE), sums(tiles_before(stripes, stripes) * TILE_FLOATS) {}

void Gram::add_stripes(const Packed & packed, int64_t count, int64_t first, int64_t step) {
    for (int64_t i = first; i < stripes; i += step) {
        float * out = sums.data() + tiles_before(stripes, i) * TILE_FLOATS;
        for (int64_t j = i; j < stripes; ++j, out += TILE_FLOATS) {
            add_tile(packed.rows.data() + i * count * TILE, packed.rows.data() + j * count * TILE, count, out);
        }
    }
}

void Gram::add(const float * rows, size_t stride, int64_t count, int32_t threads, Packed & packed) {
    for (int64_t done = 0; done < count; done += ROWS) {
        const int64_t now = std::min(ROWS, count - done);
        pack(packed.rows, row_at(rows, stride, done), stride, now, width);
        in_threads(threads, [&](int32_t t) { add_stripes(packed, now, t, threads); });
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

Cross::Cross(int64_t columns)
    : width(columns), stripes((columns + TILE - 1) / TILE), sums(static_cast<size_t>(stripes * stripes) * TILE_FLOATS) {
}

void Cross::add_stripes(const Packed & packed, int64_t count, int64_t first, int64_t step) {
    for (int64_t i = first; i < stripes; i += step) {
        float * out = sums.data() + static_cast<size_t>(i * stripes) * TILE_FLOATS;
        for (int64_t j = 0; j < stripes; ++j, out += TILE_FLOATS) {
            add_tile(packed.differences.data() + i * count * TILE, packed.rows.data() + j * count * TILE, count, out);
        }
    }
}

void Cross::add(
    const float * exact, const float * rows, size_t stride, int64_t count, int32_t threads, Packed & packed) {
    auto & differences = packed.differences;
    const size_t exact_stride = static_cast<size_t>(width) * sizeof(float);
    for (int64_t done = 0; done < count; done += ROWS) {
        const int64_t now = std::min(ROWS, count - done);
        pack(packed.rows, row_at(rows, stride, done), stride, now, width);
        pack(differences, row_at(exact, exact_stride, done), exact_stride, now, width);
        std::transform(
            differences.begin(), differences.end(), packed.rows.begin(), differences.begin(), std::minus<float>());
        in_threads(threads, [&](int32_t t) { add_stripes(packed, now, t, threads); });
    }
}

void Cross::copy(float * out) const {
    for (int64_t row = 0; row < width; ++row) {
        const float * const tiles = sums.data() + static_cast<size_t>(row / TILE * stripes) * TILE_FLOATS;
        for (int64_t column = 0; column < width; ++column) {
            out[row * width + column] = tiles[static_cast<size_t>(column / TILE) * TILE_FLOATS
                + static_cast<size_t>(row % TILE * TILE + column % TILE)];
        }
    }
}

} // namespace gram
