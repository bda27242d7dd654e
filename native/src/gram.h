// Sums of outer products.
#ifndef SHEARLING_GRAM_H
#define SHEARLING_GRAM_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gram {

// Rows in the order in which sums take them: all sums of one thread can share it.
struct Packed {
    std::vector<float> rows; // [stripes, count, TILE]
    std::vector<float> differences; // the same; of a Cross alone
};

// The sum of x x^T over rows x of floats. Rows come in blocks; each block is summed by itself and then added, so that
// the error grows with the count of blocks alone. Each element is computed by one thread in one order.
class Gram {
public:
    explicit Gram(int64_t columns);

    int64_t columns() const { return width; }

    // Adds rows that are `stride` bytes apart.
    void add(const float * rows, size_t stride, int64_t count, int32_t threads, Packed & packed);

    // Writes the whole symmetric matrix.
    void copy(float * out) const;

private:
    void add_stripes(const Packed & packed, int64_t count, int64_t first, int64_t step);

    int64_t width;
    int64_t stripes; // of TILE columns
    std::vector<float> sums; // the tiles [i, j] with j >= i, one after the other, of TILE x TILE
};

// The sum of (exact - x) x^T over pairs of rows, as a Gram is summed; not symmetric.
class Cross {
public:
    explicit Cross(int64_t columns);

    // Adds pairs of rows; rows of x are `stride` bytes apart, those of
    // `exact` follow one another.
    void add(const float * exact, const float * rows, size_t stride, int64_t count, int32_t threads, Packed & packed);

    // Writes the matrix: row i belongs to column i of the difference.
    void copy(float * out) const;

private:
    void add_stripes(const Packed & packed, int64_t count, int64_t first, int64_t step);

    int64_t width;
    int64_t stripes;
    std::vector<float> sums; // the tiles [i, j], one after the other
};

// Columns of a tile.
constexpr int64_t TILE = 16;

// out[TILE, TILE] += the sum over `count` rows of a[i] * b[j]; a and b are [count, TILE].
void add_tile(const float * a, const float * b, int64_t count, float * out);

} // namespace gram

#endif
