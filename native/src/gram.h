// Sums of outer products.
#ifndef SHEARLING_GRAM_H
#define SHEARLING_GRAM_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gram {

// The sum of x x^T over rows x of floats. Rows come in blocks; each block is summed by itself and then added, so that
// the error grows with the count of blocks alone. Each element is computed by one thread in one order.
class Gram {
public:
    explicit Gram(int64_t columns);

    int64_t columns() const { return width; }

    // Adds rows that are `stride` bytes apart.
    void add(const float * rows, size_t stride, int64_t count, int32_t threads);

    // Writes the whole symmetric matrix.
    void copy(float * out) const;

private:
    void pack(const float * rows, size_t stride, int64_t count);
    void add_stripes(int64_t count, int64_t first, int64_t step);

    int64_t width;
    int64_t stripes; // of TILE columns
    std::vector<float> sums; // the tiles [i, j] with j >= i, one after the other, of TILE x TILE
    std::vector<float> packed; // [stripes, count, TILE]
};

// Columns of a tile.
constexpr int64_t TILE = 16;

// out[TILE, TILE] += the sum over `count` rows of a[i] * b[j]; a and b are [count, TILE].
void add_tile(const float * a, const float * b, int64_t count, float * out);

} // namespace gram

#endif
