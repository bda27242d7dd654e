// All rows of a matrix, some at a time, panel after panel and group after group.
#ifndef SHEARLING_ROUNDING_ROWS_H
#define SHEARLING_ROUNDING_ROWS_H

#include "group.h"

namespace rounding {
namespace {

// Some rows of the matrix, and the panel that begins at position `first` of the factor.
struct Place {
    const Matrix & matrix;
    const Workspace & work;
    int64_t row;
    int rows;
    int64_t first = 0;
    int columns = 0;
};

// The weights into lanes; those beyond the rows are 0.
inline void read_panel(const Place & place) {
    const auto & work = place.work;
    std::memset(work.weights, 0, sizeof work.weights[0] * PANEL);
    std::memset(work.sums, 0, sizeof work.sums[0] * PANEL);
    for (int start = 0; start < place.columns; start += RUN) {
        const float * from =
            place.matrix.weights + place.row * place.matrix.columns + place.matrix.column(place.first + start);
        for (int row = 0; row < place.rows; ++row, from += place.matrix.columns) {
            for (int i = 0; i < RUN; ++i) {
                work.weights[start + i][row] = from[i];
            }
        }
    }
}

template <int SIZE>
inline void read_group(const Place & place, int at, int strip, Group<SIZE> & out) {
    for (int i = 0; i < SIZE; ++i) {
        out.weight[i] = load(place.work.weights[at + i] + strip * LANES);
        out.value[i] = out.weight[i]
            + load(place.work.sums[at + i] + strip * LANES) * every(place.matrix.inverse[place.first + at + i]);
    }
}

template <int SIZE, typename Scale>
inline void write_group(
    const Place & place, int at, int strip, int64_t column, const Scale & scale, const Rounded<SIZE> & found) {
    for (int i = 0; i < SIZE; ++i) {
        store(found.error[i], place.work.errors + (place.first + at + i) * ROWS + strip * LANES);
        alignas(64) int32_t codes[LANES];
        store(scale.code(found.level[i]), codes);
        uint8_t * const out = place.work.codes + strip * LANES * place.matrix.columns + column + i;
        for (int lane = 0; lane < LANES; ++lane) {
            out[lane * place.matrix.columns] = static_cast<uint8_t>(codes[lane]);
        }
    }
}

template <typename Format>
inline void round_panel(const Place & place, double * losses) {
    constexpr int SIZE = Format::GROUP;
    const Matrix & matrix = place.matrix;
    for (int at = 0; at < place.columns; at += SIZE) {
        add_feedback(place.work.errors + place.first * ROWS,
            matrix.factor + (place.first + at) * matrix.columns + place.first, matrix.columns, at, SIZE, place.rows,
            place.work.sums[at]);
        Coupling<SIZE> coupling;
        read_coupling(matrix, place.first + at, coupling);
        const int64_t column = matrix.column(place.first + at);
        for (int strip = 0; strip * LANES < place.rows; ++strip) {
            Group<SIZE> group(coupling);
            read_group(place, at, strip, group);
            const auto scale = Format::search(group, place.work, strip, column / SIZE);
            Rounded<SIZE> found;
            round_group(group, scale, found);
            write_group(place, at, strip, column, scale, found);
            alignas(64) float loss[LANES];
            store(found.loss, loss);
            for (int lane = 0; lane < LANES && strip * LANES + lane < place.rows; ++lane) {
                losses[strip * LANES + lane] += static_cast<double>(loss[lane]);
            }
        }
    }
}

template <typename Format>
inline void round_rows(const Matrix & matrix, const Workspace & work, uint8_t * target, double * losses) {
    const int64_t blocks = matrix.columns / Format::BLOCK_COLUMNS;
    for (int64_t row = 0; row < matrix.rows; row += ROWS) {
        Place place{matrix, work, row, static_cast<int>(matrix.rows - row < ROWS ? matrix.rows - row : ROWS)};
        Format::begin(place);
        for (; place.first < matrix.columns; place.first += PANEL) {
            place.columns =
                static_cast<int>(matrix.columns - place.first < PANEL ? matrix.columns - place.first : PANEL);
            read_panel(place);
            add_feedback(work.errors, matrix.factor + place.first * matrix.columns, matrix.columns, place.first,
                place.columns, place.rows, work.sums[0]);
            round_panel<Format>(place, losses + row);
        }
        for (int r = 0; r < place.rows; ++r) {
            uint8_t * out = target + (row + r) * blocks * Format::BYTES;
            for (int64_t block = 0; block < blocks; ++block, out += Format::BYTES) {
                Format::write(work, r, block, work.codes + r * matrix.columns + block * Format::BLOCK_COLUMNS, out);
            }
        }
    }
}

} // namespace
} // namespace rounding

#endif
