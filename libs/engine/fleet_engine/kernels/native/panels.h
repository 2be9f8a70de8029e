// Products with weights that are laid out in panels: the rows of 16 outputs, input by input.
//
// A tile keeps the sums of a few rows of x and one panel in registers while it reads the panel once.
// Panels are shared among the threads; no two write to the same place.
#pragma once

#include <algorithm>

#include "lanes.h"

namespace fleet {

constexpr int PANEL = 2 * LANES;
constexpr int MOST_ROWS = 6;  // 12 sums, 2 weights, 1 input and a product are all 16 registers

// y = x · weightsᵀ (+ bias) (+ residual), all row by row.
struct Product {
    float* y;
    const float* bias;      // may be null
    const float* residual;  // may be null, or y itself
    int rows, in, out;      // out is a multiple of PANEL
    int threads;

    void finish(int row, int column, Lanes sum) const {
        const size_t at = (size_t)row * out + column;
        if (bias) sum = _mm256_add_ps(sum, _mm256_loadu_ps(bias + column));
        if (residual) sum = _mm256_add_ps(sum, _mm256_loadu_ps(residual + at));
        _mm256_storeu_ps(y + at, sum);
    }
};

// Keeps the compiler from moving work across; it would run out of registers.
template <class Register>
inline void pin(Register& value) {
    asm volatile("" : "+x"(value));
}

// Calls tile<ROWS>(first row, first column) until all rows and panels are done; the rows are cut
// into tiles as equal as can be.
template <class Tile>
void for_tiles(const Product& product, const Tile& tile) {
    const int tiles = (product.rows + MOST_ROWS - 1) / MOST_ROWS;
#pragma omp parallel for schedule(static) num_threads(product.threads) if (product.threads > 1)
    for (int column = 0; column < product.out; column += PANEL) {
        for (int i = 0, row = 0; i < tiles; ++i) {
            const int rows = (product.rows - row + tiles - i - 1) / (tiles - i);
            switch (rows) {
                case 1: tile.template run<1>(row, column); break;
                case 2: tile.template run<2>(row, column); break;
                case 3: tile.template run<3>(row, column); break;
                case 4: tile.template run<4>(row, column); break;
                case 5: tile.template run<5>(row, column); break;
                case 6: tile.template run<6>(row, column); break;
            }
            row += rows;
        }
    }
}

}  // namespace fleet
