// Eight floats at once, with AVX2 and FMA.
#pragma once

#include <immintrin.h>

#include <cstdint>

// Loops over accumulators must be unrolled whole, or these do not stay in registers.
#define FLEET_UNROLL _Pragma("GCC unroll 16")

namespace fleet {

using Lanes = __m256;
constexpr int LANES = 8;

// The types that weights, keys and values are stored in; numbered as in library.py.
struct Float32 {
    using Stored = float;
    static Lanes load(const float* from) { return _mm256_loadu_ps(from); }
    static void store(float* to, Lanes values) { _mm256_storeu_ps(to, values); }
};

struct BFloat16 {
    using Stored = uint16_t;
    static Lanes load(const uint16_t* from) {
        const __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i*)from));
        return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
    }
    // Rounds to the nearest, ties to even.
    static void store(uint16_t* to, Lanes values) {
        const __m256i bits = _mm256_castps_si256(values);
        const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
        const __m256i bias = _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff));
        const __m256i high = _mm256_srli_epi32(_mm256_add_epi32(bits, bias), 16);
        const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(high, high), 0x08);
        _mm_storeu_si128((__m128i*)to, _mm256_castsi256_si128(packed));
    }
};

struct Float16 {
    using Stored = uint16_t;
    static Lanes load(const uint16_t* from) {
        return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i*)from));
    }
    static void store(uint16_t* to, Lanes values) {
        _mm_storeu_si128((__m128i*)to, _mm256_cvtps_ph(values, _MM_FROUND_TO_NEAREST_INT));
    }
};

inline float sum(Lanes values) {
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(values), _mm256_extractf128_ps(values, 1));
    four = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
}

inline float largest(Lanes values) {
    __m128 four = _mm_max_ps(_mm256_castps256_ps128(values), _mm256_extractf128_ps(values, 1));
    four = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_max_ss(four, _mm_movehdup_ps(four)));
}

inline Lanes magnitude(Lanes values) {
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), values);
}

// e^x to about 2 units in the last place: 2^n times a polynomial, as in Cephes' expf. What is too
// small becomes 0.
inline Lanes exponential(Lanes x) {
    const Lanes low = _mm256_set1_ps(-87.3f), high = _mm256_set1_ps(88.3f);
    const Lanes vanished = _mm256_cmp_ps(x, low, _CMP_LT_OQ);
    x = _mm256_min_ps(_mm256_max_ps(x, low), high);
    const Lanes n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504f)),
                                    _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    Lanes r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375f), x);
    r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4f), r);
    Lanes p = _mm256_set1_ps(1.9875691500e-4f);
    for (float c : {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 0.5f})
        p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(c));
    p = _mm256_add_ps(_mm256_fmadd_ps(p, _mm256_mul_ps(r, r), r), _mm256_set1_ps(1.0f));
    const __m256i exponent = _mm256_slli_epi32(
        _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
    return _mm256_andnot_ps(vanished, _mm256_mul_ps(p, _mm256_castsi256_ps(exponent)));
}

}  // namespace fleet
