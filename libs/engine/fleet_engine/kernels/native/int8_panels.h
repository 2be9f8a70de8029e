// Panels of 8-bit weights with one scale an output.
//
// Inputs become 16-bit integers, with one scale a row: as many bits as can never overflow the 32-bit
// sums, which are exact. So the weights are the only thing that loses precision.
#pragma once

#include <cmath>
#include <vector>

#include "panels.h"

namespace fleet {

// Adds the products of neighbouring 16-bit pairs.
inline void add_pairs(__m256i& sum, __m256i a, __m256i b) {
#if defined(__AVX512VNNI__) && defined(__AVX512VL__)
    sum = _mm256_dpwssd_epi32(sum, a, b);
#elif defined(__AVXVNNI__)
    sum = _mm256_dpwssd_avx_epi32(sum, a, b);
#else
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
#endif
    pin(sum);
}

// Rows of inputs as integers times a scale.
struct Int16Rows {
    std::vector<int16_t> values;
    std::vector<float> scales;

    void quantize(const float* x, int rows, int in, int limit, int threads) {
        values.resize((size_t)rows * in);
        scales.resize(rows);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1 && rows > 1)
        for (int row = 0; row < rows; ++row)
            scales[row] = quantize_row(x + (size_t)row * in, &values[(size_t)row * in], in, limit);
    }

    static float quantize_row(const float* x, int16_t* to, int in, int limit) {
        Lanes most = _mm256_setzero_ps();
        for (int k = 0; k < in; k += LANES)
            most = _mm256_max_ps(most, magnitude(_mm256_loadu_ps(x + k)));
        const float range = largest(most), factor = range > 0 ? limit / range : 0;
        const Lanes factors = _mm256_set1_ps(factor);
        for (int k = 0; k < in; k += LANES) {
            const __m256i wide = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + k), factors));
            const __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi32(wide, wide), 0x08);
            _mm_storeu_si128((__m128i*)(to + k), _mm256_castsi256_si128(packed));
        }
        return range / limit;
    }
};

struct Int8Tile {
    const int8_t* weights;  // (out / 16, in / 2, 16, 2)
    const float* scales;    // (out)
    const Int16Rows& x;
    const Product& product;

    template <int ROWS>
    void run(int row, int column) const {
        const int in = product.in;
        const int8_t* panel = weights + (size_t)column * in;
        const int16_t* inputs = &x.values[(size_t)row * in];
        __m256i sums[ROWS][2];
        FLEET_UNROLL for (int i = 0; i < ROWS; ++i) sums[i][0] = sums[i][1] = _mm256_setzero_si256();
        for (int k = 0; k < in; k += 2) {
            const auto* pairs = (const __m128i*)(panel + (size_t)k * PANEL);
            const __m256i low = _mm256_cvtepi8_epi16(_mm_loadu_si128(pairs));
            const __m256i high = _mm256_cvtepi8_epi16(_mm_loadu_si128(pairs + 1));
            FLEET_UNROLL for (int i = 0; i < ROWS; ++i) {
                const __m256i input = _mm256_set1_epi32(*(const int*)(inputs + (size_t)i * in + k));
                add_pairs(sums[i][0], low, input);
                add_pairs(sums[i][1], high, input);
            }
        }
        FLEET_UNROLL for (int half = 0; half < 2; ++half) {
            const int at = column + half * LANES;
            FLEET_UNROLL for (int i = 0; i < ROWS; ++i) {
                const Lanes scale = _mm256_mul_ps(_mm256_set1_ps(x.scales[row + i]),
                                                  _mm256_loadu_ps(scales + at));
                product.finish(row + i, at, _mm256_mul_ps(_mm256_cvtepi32_ps(sums[i][half]), scale));
            }
        }
    }
};

// limit: the largest magnitude of an input as an integer.
inline void multiply_int8(const int8_t* weights, const float* scales, const float* x, int limit,
                          const Product& product) {
    static thread_local Int16Rows inputs;
    inputs.quantize(x, product.rows, product.in, limit, product.threads);
    for_tiles(product, Int8Tile{weights, scales, inputs, product});
}

}  // namespace fleet
