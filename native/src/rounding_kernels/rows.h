// All rows of a matrix, some at a time, panel after panel and group after group.
#ifndef SHEARLING_ROUNDING_ROWS_H
#define SHEARLING_ROUNDING_ROWS_H

#include "group.h"

namespace rounding {
namespace {

// [rows, columns] of the weights into the panel's lanes; lanes beyond the rows are 0.
inline void read_panel(const Matrix & matrix, int64_t first_row, int rows, int64_t first, int columns) {
    Panel & panel = *matrix.panel;
    std::memset(panel.weights, 0, sizeof panel.weights);
    std::memset(panel.sums, 0, sizeof panel.sums);
    for (int row = 0; row < rows; ++row) {
        const float * const from = matrix.weights + (first_row + row) * matrix.columns + first;
        for (int i = 0; i < columns; ++i) {
            panel.weights[i][row] = from[i];
        }
    }
}

template <int SIZE>
inline void read_group(const Matrix & matrix, int64_t first, int column, int strip, Group<SIZE> & out) {
    const Panel & panel = *matrix.panel;
    for (int i = 0; i < SIZE; ++i) {
        out.weight[i] = load(panel.weights[column + i] + strip * LANES);
        out.value[i] =
            out.weight[i] + load(panel.sums[column + i] + strip * LANES) * every(matrix.inverse[first + column + i]);
    }
}

template <int SIZE, typename Scale>
inline void write_group(
    const Matrix & matrix, int64_t first, int column, int strip, const Scale & scale, const Rounded<SIZE> & found) {
    for (int i = 0; i < SIZE; ++i) {
        store(found.error[i], matrix.errors + (first + column + i) * ROWS + strip * LANES);
        alignas(64) int32_t codes[LANES];
        store(scale.code(found.level[i]), codes);
        for (int lane = 0; lane < LANES; ++lane) {
            matrix.panel->codes[strip * LANES + lane][column + i] = static_cast<uint8_t>(codes[lane]);
        }
    }
}

template <typename Format>
inline void round_panel(const Matrix & matrix, int64_t first, int columns, int rows, double * losses) {
    constexpr int SIZE = Format::GROUP;
    const int strips = (rows + LANES - 1) / LANES;
    Panel & panel = *matrix.panel;
    for (int strip = 0; strip < strips; ++strip) {
        Format::begin(matrix, first, strip);
    }
    for (int column = 0; column < columns; column += SIZE) {
        add_feedback(matrix.errors + first * ROWS, matrix.factor + (first + column) * matrix.columns + first,
            matrix.columns, column, SIZE, rows, panel.sums[column]);
        Coupling<SIZE> coupling;
        read_coupling(matrix, first + column, coupling);
        for (int strip = 0; strip < strips; ++strip) {
            Group<SIZE> group(coupling);
            read_group(matrix, first, column, strip, group);
            const auto scale = Format::search(group, panel, strip, column / SIZE);
            Rounded<SIZE> found;
            round_group(group, scale, found);
            write_group(matrix, first, column, strip, scale, found);
            alignas(64) float loss[LANES];
            store(found.loss, loss);
            for (int lane = 0; lane < LANES && strip * LANES + lane < rows; ++lane) {
                losses[strip * LANES + lane] += static_cast<double>(loss[lane]);
            }
        }
    }
}

template <typename Format>
inline void round_rows(const Matrix & matrix, uint8_t * target, double * losses) {
    const int64_t row_bytes = matrix.columns / Format::BLOCK_COLUMNS * Format::BYTES;
    for (int64_t row = 0; row < matrix.rows; row += ROWS) {
        const int rows = static_cast<int>(matrix.rows - row < ROWS ? matrix.rows - row : ROWS);
        for (int64_t first = 0; first < matrix.columns; first += PANEL) {
            const int columns = static_cast<int>(matrix.columns - first < PANEL ? matrix.columns - first : PANEL);
            read_panel(matrix, row, rows, first, columns);
            add_feedback(matrix.errors, matrix.factor + first * matrix.columns, matrix.columns, first, columns, rows,
                matrix.panel->sums[0]);
            round_panel<Format>(matrix, first, columns, rows, losses + row);
            const int blocks = columns / Format::BLOCK_COLUMNS;
            for (int r = 0; r < rows; ++r) {
                uint8_t * const out = target + (row + r) * row_bytes + first / Format::BLOCK_COLUMNS * Format::BYTES;
                for (int block = 0; block < blocks; ++block) {
                    Format::write(*matrix.panel, r, block, out + block * Format::BYTES);
                }
            }
        }
    }
}

} // namespace
} // namespace rounding

#endif
