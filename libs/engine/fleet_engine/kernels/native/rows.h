// What happens to each row between the products.
#pragma once

#include <cmath>

#include "lanes.h"

namespace fleet {

// Root mean square normalisation (arXiv:1910.07467); width is a multiple of LANES.
inline void rms_norm(const float* x, const float* weight, float* y, int width, float epsilon) {
    Lanes squares = _mm256_setzero_ps();
    for (int k = 0; k < width; k += LANES) {
        const Lanes values = _mm256_loadu_ps(x + k);
        squares = _mm256_fmadd_ps(values, values, squares);
    }
    const Lanes scale = _mm256_set1_ps(1.0f / std::sqrt(sum(squares) / width + epsilon));
    for (int k = 0; k < width; k += LANES) {
        const Lanes scaled = _mm256_mul_ps(_mm256_loadu_ps(x + k), scale);
        _mm256_storeu_ps(y + k, _mm256_mul_ps(scaled, _mm256_loadu_ps(weight + k)));
    }
}

// silu(gate) · up (arXiv:2002.05202); width is a multiple of LANES.
inline void swiglu(const float* gate, const float* up, float* y, int width) {
    const Lanes one = _mm256_set1_ps(1.0f);
    for (int k = 0; k < width; k += LANES) {
        const Lanes x = _mm256_loadu_ps(gate + k);
        const Lanes below = _mm256_add_ps(one, exponential(_mm256_sub_ps(_mm256_setzero_ps(), x)));
        const Lanes silu = _mm256_div_ps(x, below);
        _mm256_storeu_ps(y + k, _mm256_mul_ps(silu, _mm256_loadu_ps(up + k)));
    }
}

// Rotates neighbouring pairs as complex numbers, in place; width is a multiple of LANES.
//
// by: cosine and sine of each pair, for one head of `dim`, used for each head of the width.
inline void rotate(float* x, const float* by, int width, int dim) {
    for (int k = 0; k < width; k += LANES) {
        const Lanes pairs = _mm256_loadu_ps(x + k), turn = _mm256_loadu_ps(by + k % dim);
        const Lanes cosine = _mm256_moveldup_ps(turn), sine = _mm256_movehdup_ps(turn);
        const Lanes swapped = _mm256_permute_ps(pairs, 0xb1);
        _mm256_storeu_ps(x + k, _mm256_fmaddsub_ps(pairs, cosine, _mm256_mul_ps(swapped, sine)));
    }
}

template <class Format>
void store_row(const float* x, typename Format::Stored* to, int width) {
    for (int k = 0; k < width; k += LANES) Format::store(to + k, _mm256_loadu_ps(x + k));
}

}  // namespace fleet
