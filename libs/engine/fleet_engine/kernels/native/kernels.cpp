// The engine's kernels for CPUs, for library.py to call. All pointers are to contiguous memory;
// `threads` is how many to use. See the headers for the layouts.
#include "attention.h"
#include "float_panels.h"
#include "int4_panels.h"
#include "int8_panels.h"
#include "rows.h"

using namespace fleet;

// Calls body with the format that a number stands for: float32, bfloat16 or float16.
template <class Body>
static void with_format(int format, const Body& body) {
    if (format == 0) body(Float32{});
    if (format == 1) body(BFloat16{});
    if (format == 2) body(Float16{});
}

extern "C" {

void fleet_multiply_floats(const void* weights, int format, const float* x, float* y,
                           const float* bias, const float* residual, int rows, int in, int out,
                           int threads) {
    const Product product{y, bias, residual, rows, in, out, threads};
    with_format(format, [&](auto kind) {
        multiply_floats<decltype(kind)>(weights, x, product);
    });
}

void fleet_multiply_int8(const int8_t* weights, const float* scales, int limit, const float* x,
                         float* y, const float* bias, const float* residual, int rows, int in,
                         int out, int threads) {
    multiply_int8(weights, scales, x, limit, {y, bias, residual, rows, in, out, threads});
}

void fleet_multiply_int4(const uint8_t* codes, const uint16_t* ranges, const float* x, float* y,
                         const float* bias, const float* residual, int rows, int in, int out,
                         int threads) {
    multiply_int4(codes, ranges, x, {y, bias, residual, rows, in, out, threads});
}

void fleet_rms_norm(const float* x, const float* weight, float* y, int rows, int width,
                    float epsilon) {
    for (size_t row = 0; row < (size_t)rows; ++row)
        rms_norm(x + row * width, weight, y + row * width, width, epsilon);
}

// gates_ups: (rows, 2 · width), the gates first.
void fleet_swiglu(const float* gates_ups, float* y, int rows, int width, int threads) {
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1 && rows > 1)
    for (int row = 0; row < rows; ++row) {
        const float* gates = gates_ups + (size_t)row * 2 * width;
        swiglu(gates, gates + width, y + (size_t)row * width, width);
    }
}

// Rotates queries and keys, and stores keys and values in their lines of a layer of the cache.
//
// qkv: (rows, (heads + 2 · kv_heads) · dim). turns: (rows, dim / 2, 2), cosines and sines.
void fleet_rotate_store(float* qkv, const float* turns, const int64_t* lines, void* cache,
                        int format, int rows, int heads, int kv_heads, int dim) {
    const int queries = heads * dim, keys = kv_heads * dim, width = queries + 2 * keys;
    with_format(format, [&](auto kind) {
        using Format = decltype(kind);
        for (size_t row = 0; row < (size_t)rows; ++row) {
            float* x = qkv + row * width;
            rotate(x, turns + row * dim, queries + keys, dim);
            auto* line = (typename Format::Stored*)cache + lines[row] * 2 * keys;
            store_row<Format>(x + queries, line, 2 * keys);
        }
    });
}

// Attends with consecutive rows, equally many for each table.
//
// qkv: as above; the queries are read. found: (rows, heads · dim). tables: (tables, blocks).
// positions: (rows); each row sees what is at its own position and before.
void fleet_attend(const float* qkv, float* found, const int* tables, const int64_t* positions,
                  const void* cache, int format, int rows, int heads, int kv_heads, int dim,
                  int rows_a_table, int blocks, int block_tokens, int threads) {
    const Cache layer{cache, block_tokens, kv_heads, dim};
    const int group = heads / kv_heads, width = (heads + 2 * kv_heads) * dim;
    with_format(format, [&](auto kind) {
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
        for (int item = 0; item < rows * kv_heads; ++item) {
            const size_t row = item / kv_heads, head = item % kv_heads, at = head * group * dim;
            const int* table = tables + row / rows_a_table * blocks;
            attend_group<decltype(kind)>(layer,
                                         {qkv + row * width + at, found + row * heads * dim + at,
                                          table, (int)positions[row] + 1, (int)head},
                                         group);
        }
    });
}

}  // extern "C"
