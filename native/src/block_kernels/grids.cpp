#include "grids.h"

#include "ggml.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <mutex>
#include <vector>

namespace block_kernels {

namespace {

constexpr size_t SIXTEEN = 16;

// What tells the grids apart. shells: so many of the smallest distances count as near.
struct Shape {
    ggml_type type;
    size_t dimensions;
    size_t bits;
    uint32_t levels;
    size_t points;
    size_t high; // byte of a block that has the upper bits of its first index
    size_t shells;
};

constexpr Shape SHAPES[] = {
    {GGML_TYPE_IQ2_XXS, 8, 2, 3, 256, 0, 2},
    {GGML_TYPE_IQ2_XS, 8, 2, 3, 512, 3, 2},
    {GGML_TYPE_IQ2_S, 8, 2, 3, 1024, 66, 1},
    {GGML_TYPE_IQ3_XXS, 4, 3, 8, 256, 0, 2},
    {GGML_TYPE_IQ3_S, 4, 3, 8, 512, 66, 3},
};

// Codes of the points by their index, read back from blocks that begin with them: levels 0, 1, 2 are then stored as 1,
// 3, 5, or nearly so, times the first.
std::vector<uint32_t> points(const Shape & shape) {
    std::vector<uint32_t> out;
    std::vector<uint8_t> block(ggml_type_size(shape.type));
    std::vector<float> values(static_cast<size_t>(ggml_blck_size(shape.type)));
    block[1] = 0x3c; // a scale of 1
    for (size_t index = 0; index < shape.points; ++index) {
        block[2] = static_cast<uint8_t>(index);
        if (shape.high != 0) {
            block[shape.high] = static_cast<uint8_t>(index >> 8);
        }
        ggml_get_type_traits(shape.type)->to_float(block.data(), values.data(), ggml_blck_size(shape.type));
        uint32_t code = 0;
        for (size_t i = 0; i < shape.dimensions; ++i) {
            code |= static_cast<uint32_t>(std::lround((values[i] - 1) / 2)) << (shape.bits * i);
        }
        out.push_back(code);
    }
    return out;
}

class Table {
public:
    explicit Table(const Shape & its) : shape(its), on_grid(points(its)) {
        entries.resize(size_t{1} << (shape.bits * shape.dimensions));
        is_point.resize(entries.size());
        for (size_t index = 0; index < on_grid.size(); ++index) {
            is_point[on_grid[index]] = true;
            entries[on_grid[index]] = static_cast<uint32_t>(index) << 8;
        }
        distances.resize(on_grid.size());
        add_neighbours(0, 0);
        view = {entries.data(), neighbours.data()};
    }

    Grid view;

private:
    const Shape & shape;
    const std::vector<uint32_t> on_grid;
    std::vector<bool> is_point;
    std::vector<uint32_t> entries;
    std::vector<int32_t> neighbours;
    std::vector<uint32_t> distances;

    // Of all codes with these first levels.
    void add_neighbours(size_t dimension, uint32_t code) {
        for (uint32_t level = 0; dimension < shape.dimensions && level < shape.levels; ++level) {
            add_neighbours(dimension + 1, code | level << (shape.bits * dimension));
        }
        if (dimension == shape.dimensions && !is_point[code]) {
            add_neighbours(code);
        }
    }

    void add_neighbours(uint32_t code) {
        const uint32_t mask = (1u << shape.bits) - 1;
        std::fill(distances.begin(), distances.end(), 0);
        for (size_t i = 0; i < shape.dimensions; ++i) {
            const uint32_t level = code >> (shape.bits * i) & mask;
            for (size_t index = 0; index < on_grid.size(); ++index) {
                const uint32_t difference = (on_grid[index] >> (shape.bits * i) & mask) - level;
                distances[index] += difference * difference;
            }
        }
        const size_t start = neighbours.size();
        uint32_t farther = 0;
        for (size_t shell = 0; shell < shape.shells; ++shell) {
            uint32_t nearest = UINT32_MAX;
            for (const uint32_t distance : distances) {
                nearest = distance >= farther && distance < nearest ? distance : nearest;
            }
            for (size_t index = 0; index < on_grid.size(); ++index) {
                if (distances[index] == nearest) {
                    neighbours.push_back(static_cast<int32_t>(on_grid[index]));
                }
            }
            farther = nearest + 1;
        }
        neighbours.resize((neighbours.size() + SIXTEEN - 1) / SIXTEEN * SIXTEEN, neighbours.back());
        entries[code] = static_cast<uint32_t>(start / SIXTEEN << 8 | (neighbours.size() - start) / SIXTEEN);
    }
};

} // namespace

const Grid & grid(int32_t type) {
    static std::once_flag made[std::size(SHAPES)];
    static const Table * tables[std::size(SHAPES)]; // never freed: threads may outlive the end of main
    size_t which = 0;
    while (SHAPES[which].type != type) {
        ++which;
    }
    std::call_once(made[which], [&] { tables[which] = new Table(SHAPES[which]); });
    return tables[which]->view;
}

} // namespace block_kernels
