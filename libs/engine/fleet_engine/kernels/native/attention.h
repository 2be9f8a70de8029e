// Attention of queries to the keys and values of a paged cache (arXiv:2309.06180), block by block in
// place.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "lanes.h"

namespace fleet {

// One layer of the cache: (blocks, block tokens, 2, key-value heads, dim), keys before values.
struct Cache {
    const void* lines;
    int block_tokens, kv_heads, dim;

    int line_width() const { return 2 * kv_heads * dim; }
};

// The queries of one token that share a key-value head, and what they may see.
struct Seen {
    const float* queries;  // (group, dim)
    float* found;          // likewise
    const int* table;      // the blocks of the sequence
    int tokens;            // how many of it
    int head;              // which key-value head
};

// The softmax of scores, not yet divided by the sum of its terms, which is returned.
inline float soften(float* scores, int count) {
    float most = scores[0];
    for (int i = 1; i < count; ++i) most = std::max(most, scores[i]);
    for (int i = count; i % LANES; ++i) scores[i] = -INFINITY;
    Lanes total = _mm256_setzero_ps();
    for (int i = 0; i < count; i += LANES) {
        const Lanes shifted = _mm256_sub_ps(_mm256_loadu_ps(scores + i), _mm256_set1_ps(most));
        const Lanes terms = exponential(shifted);
        _mm256_storeu_ps(scores + i, terms);
        total = _mm256_add_ps(total, terms);
    }
    return sum(total);
}

template <class Format>
struct Attention {
    using Stored = typename Format::Stored;

    const Cache& cache;

    // Calls visit(token, line) for each token of a sequence.
    template <class Visit>
    void for_lines(const Seen& seen, const Visit& visit) const {
        const size_t width = cache.line_width();
        for (int token = 0; token < seen.tokens;) {
            const int block = seen.table[token / cache.block_tokens];
            const Stored* line = (const Stored*)cache.lines + block * width * cache.block_tokens;
            const int end = std::min(seen.tokens, token + cache.block_tokens);
            for (; token < end; ++token, line += width) visit(token, line);
        }
    }

    template <int QUERIES>
    void run(const Seen& seen, float* scores, int stride) const {
        score<QUERIES>(seen, scores, stride);
        Lanes factors[QUERIES];
        for (int i = 0; i < QUERIES; ++i)
            factors[i] = _mm256_set1_ps(1.0f / soften(scores + i * stride, seen.tokens));
        for (int at = 0; at < cache.dim; at += LANES)
            gather<QUERIES>(seen, scores, stride, at, factors);
    }

    template <int QUERIES>
    void score(const Seen& seen, float* scores, int stride) const {
        const int dim = cache.dim;
        const float scale = 1.0f / std::sqrt((float)dim);
        for_lines(seen, [&](int token, const Stored* line) {
            const Stored* key = line + seen.head * dim;
            Lanes sums[QUERIES];
            FLEET_UNROLL for (int i = 0; i < QUERIES; ++i) sums[i] = _mm256_setzero_ps();
            for (int at = 0; at < dim; at += LANES) {
                const Lanes part = Format::load(key + at);
                FLEET_UNROLL for (int i = 0; i < QUERIES; ++i) sums[i] = _mm256_fmadd_ps(
                    part, _mm256_loadu_ps(seen.queries + i * dim + at), sums[i]);
            }
            FLEET_UNROLL for (int i = 0; i < QUERIES; ++i) scores[i * stride + token] =
                scale * sum(sums[i]);
        });
    }

    // Adds up LANES of the values, from `at` on.
    template <int QUERIES>
    void gather(const Seen& seen, const float* scores, int stride, int at,
                const Lanes (&factors)[QUERIES]) const {
        const int from = (cache.kv_heads + seen.head) * cache.dim + at;
        Lanes sums[QUERIES];
        FLEET_UNROLL for (int i = 0; i < QUERIES; ++i) sums[i] = _mm256_setzero_ps();
        for_lines(seen, [&](int token, const Stored* line) {
            const Lanes part = Format::load(line + from);
            FLEET_UNROLL for (int i = 0; i < QUERIES; ++i) sums[i] =
                _mm256_fmadd_ps(part, _mm256_broadcast_ss(scores + i * stride + token), sums[i]);
        });
        FLEET_UNROLL for (int i = 0; i < QUERIES; ++i) _mm256_storeu_ps(
            seen.found + i * cache.dim + at, _mm256_mul_ps(sums[i], factors[i]));
    }
};

// Attends with a group of queries, four at a time.
template <class Format>
void attend_group(const Cache& cache, Seen seen, int group) {
    static thread_local std::vector<float> scores;
    const int stride = (seen.tokens + LANES - 1) / LANES * LANES;
    if (scores.size() < (size_t)4 * stride) scores.resize(4 * stride);
    const Attention<Format> attention{cache};
    while (group > 0) {
        const int queries = std::min(group, 4);
        switch (queries) {
            case 1: attention.template run<1>(seen, scores.data(), stride); break;
            case 2: attention.template run<2>(seen, scores.data(), stride); break;
            case 3: attention.template run<3>(seen, scores.data(), stride); break;
            case 4: attention.template run<4>(seen, scores.data(), stride); break;
        }
        seen.queries += queries * cache.dim;
        seen.found += queries * cache.dim;
        group -= queries;
    }
}

}  // namespace fleet
