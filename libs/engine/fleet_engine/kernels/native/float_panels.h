// Panels of floating-point weights. Whatever they are stored in, sums are made in float32.
#pragma once

#include "panels.h"

namespace fleet {

// Reads the 16 weights of one input.
template <class Format>
struct Pair {
    static void load(const typename Format::Stored* from, Lanes& low, Lanes& high) {
        low = Format::load(from);
        high = Format::load(from + LANES);
    }
};

// In bfloat16 panels outputs i and i + 8 are neighbours, so each needs one instruction.
template <>
struct Pair<BFloat16> {
    static void load(const uint16_t* from, Lanes& low, Lanes& high) {
        const __m256i both = _mm256_loadu_si256((const __m256i*)from);
        low = _mm256_castsi256_ps(_mm256_slli_epi32(both, 16));
        high = _mm256_castsi256_ps(_mm256_and_si256(both, _mm256_set1_epi32(0xffff0000)));
    }
};

template <class Format>
struct FloatTile {
    const typename Format::Stored* weights;  // (out / 16, in, 16)
    const float* x;                          // (rows, in)
    const Product& product;

    template <int ROWS>
    void run(int row, int column) const {
        // One row has too few sums to hide the latency of adding to them, so it gets more.
        constexpr int STEPS = ROWS == 1 ? 4 : ROWS <= 3 ? 2 : 1;
        const int in = product.in;
        const auto* panel = weights + (size_t)column * in;
        const float* inputs = x + (size_t)row * in;
        Lanes sums[STEPS][ROWS][2];
        FLEET_UNROLL for (int s = 0; s < STEPS; ++s)
            FLEET_UNROLL for (int i = 0; i < ROWS; ++i)
                sums[s][i][0] = sums[s][i][1] = _mm256_setzero_ps();
        int k = 0;
        for (; k + STEPS <= in; k += STEPS)
            FLEET_UNROLL for (int s = 0; s < STEPS; ++s) step<ROWS>(panel, inputs, k + s, sums[s]);
        for (; k < in; ++k) step<ROWS>(panel, inputs, k, sums[0]);
        FLEET_UNROLL for (int i = 0; i < ROWS; ++i)
            FLEET_UNROLL for (int half = 0; half < 2; ++half) {
                for (int s = 1; s < STEPS; ++s)
                    sums[0][i][half] = _mm256_add_ps(sums[0][i][half], sums[s][i][half]);
                product.finish(row + i, column + half * LANES, sums[0][i][half]);
            }
    }

    template <int ROWS>
    void step(const typename Format::Stored* panel, const float* inputs, int k,
              Lanes (&sums)[ROWS][2]) const {
        Lanes low, high;
        Pair<Format>::load(panel + (size_t)k * PANEL, low, high);
        FLEET_UNROLL for (int i = 0; i < ROWS; ++i) {
            const Lanes input = _mm256_broadcast_ss(inputs + (size_t)i * product.in + k);
            sums[i][0] = _mm256_fmadd_ps(low, input, sums[i][0]);
            sums[i][1] = _mm256_fmadd_ps(high, input, sums[i][1]);
        }
    }
};

template <class Format>
void multiply_floats(const void* weights, const float* x, const Product& product) {
    for_tiles(product, FloatTile<Format>{(const typename Format::Stored*)weights, x, product});
}

}  // namespace fleet
