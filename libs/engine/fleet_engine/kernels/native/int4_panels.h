// Panels of 4-bit weights: 32 inputs of an output share a scale and a minimum.
//
// Inputs become 8-bit integers, with a scale for each 32. A product of 15 · 127, twice in a pair, fits
// eight times into the 16-bit sums of a group, so these are exact.
#pragma once

#include <cmath>
#include <vector>

#include "panels.h"

namespace fleet {

constexpr int GROUP = 32;

// Adds the products of unsigned and signed bytes: of two into 16 bits, or of four into 32.
inline void add_bytes(__m256i& sum, __m256i codes, __m256i inputs) {
#if defined(__AVX512VNNI__) && defined(__AVX512VL__)
    sum = _mm256_dpbusd_epi32(sum, codes, inputs);
#elif defined(__AVXVNNI__)
    sum = _mm256_dpbusd_avx_epi32(sum, codes, inputs);
#else
    sum = _mm256_add_epi16(sum, _mm256_maddubs_epi16(codes, inputs));
#endif
    pin(sum);
}

inline Lanes to_floats(__m256i sum) {
#if !(defined(__AVX512VNNI__) && defined(__AVX512VL__)) && !defined(__AVXVNNI__)
    sum = _mm256_madd_epi16(sum, _mm256_set1_epi16(1));
#endif
    return _mm256_cvtepi32_ps(sum);
}

// Rows of inputs in groups: integers, each group's scale, and each group's sum.
struct Int8Groups {
    std::vector<int8_t> values;
    std::vector<float> scales, sums;

    void quantize(const float* x, int rows, int in, int threads) {
        const size_t groups = (size_t)rows * in / GROUP;
        values.resize(groups * GROUP);
        scales.resize(groups);
        sums.resize(groups);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1 && rows > 1)
        for (size_t group = 0; group < groups; ++group) quantize_group(x + group * GROUP, group);
    }

    void quantize_group(const float* x, size_t group) {
        Lanes most = _mm256_setzero_ps();
        for (int k = 0; k < GROUP; k += LANES)
            most = _mm256_max_ps(most, magnitude(_mm256_loadu_ps(x + k)));
        const float range = largest(most);
        const Lanes factor = _mm256_set1_ps(range > 0 ? 127 / range : 0);
        __m256i parts[4], total = _mm256_setzero_si256();
        for (int i = 0; i < 4; ++i) {
            parts[i] = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + i * LANES), factor));
            total = _mm256_add_epi32(total, parts[i]);
        }
        const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(parts[0], parts[1]),
                                                 _mm256_packs_epi32(parts[2], parts[3]));
        const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
        _mm256_storeu_si256((__m256i*)&values[group * GROUP],
                            _mm256_permutevar8x32_epi32(bytes, order));
        scales[group] = range / 127;
        sums[group] = range / 127 * sum(_mm256_cvtepi32_ps(total));
    }
};

struct Int4Tile {
    const uint8_t* codes;    // (out / 16, in / 4, 8, 4); outputs 8 to 15 in the high halves
    const uint16_t* ranges;  // (out / 16, in / 32, 2, 16): scales, then minima, in float16
    const Int8Groups& x;
    const Product& product;

    template <int ROWS>
    void run(int row, int column) const {
        const int groups = product.in / GROUP;
        Lanes sums[ROWS][2];
        FLEET_UNROLL for (int i = 0; i < ROWS; ++i) sums[i][0] = sums[i][1] = _mm256_setzero_ps();
        for (int group = 0; group < groups; ++group) add_group<ROWS>(row, column, group, sums);
        FLEET_UNROLL for (int i = 0; i < ROWS; ++i)
            FLEET_UNROLL for (int half = 0; half < 2; ++half)
                product.finish(row + i, column + half * LANES, sums[i][half]);
    }

    template <int ROWS>
    void add_group(int row, int column, int group, Lanes (&sums)[ROWS][2]) const {
        const int in = product.in, groups = in / GROUP;
        const uint8_t* panel = codes + (size_t)column * in / 2 + group * (GROUP * PANEL / 2);
        const int8_t* inputs = &x.values[(size_t)row * in + group * GROUP];
        const __m256i mask = _mm256_set1_epi8(15);
        __m256i exact[ROWS][2];
        FLEET_UNROLL for (int i = 0; i < ROWS; ++i) exact[i][0] = exact[i][1] = _mm256_setzero_si256();
        for (int k = 0; k < GROUP; k += 4) {
            const __m256i both = _mm256_loadu_si256((const __m256i*)(panel + k * LANES));
            const __m256i low = _mm256_and_si256(both, mask);
            const __m256i high = _mm256_and_si256(_mm256_srli_epi16(both, 4), mask);
            FLEET_UNROLL for (int i = 0; i < ROWS; ++i) {
                const __m256i input = _mm256_set1_epi32(*(const int*)(inputs + (size_t)i * in + k));
                add_bytes(exact[i][0], low, input);
                add_bytes(exact[i][1], high, input);
            }
        }
        const uint16_t* range = ranges + ((size_t)column / PANEL * groups + group) * 2 * PANEL;
        FLEET_UNROLL for (int half = 0; half < 2; ++half) {
            const Lanes scale = Float16::load(range + half * LANES);
            const Lanes minimum = Float16::load(range + PANEL + half * LANES);
            FLEET_UNROLL for (int i = 0; i < ROWS; ++i) {
                const size_t at = (size_t)(row + i) * groups + group;
                Lanes total = _mm256_mul_ps(minimum, _mm256_set1_ps(x.sums[at]));
                total = _mm256_fmadd_ps(_mm256_mul_ps(scale, _mm256_set1_ps(x.scales[at])),
                                        to_floats(exact[i][half]), total);
                sums[i][half] = _mm256_add_ps(sums[i][half], total);
            }
        }
    }
};

inline void multiply_int4(const uint8_t* codes, const uint16_t* ranges, const float* x,
                          const Product& product) {
    static thread_local Int8Groups inputs;
    inputs.quantize(x, product.rows, product.in, product.threads);
    for_tiles(product, Int4Tile{codes, ranges, inputs, product});
}

}  // namespace fleet
