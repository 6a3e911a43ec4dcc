#include "resize.h"

#include <string.h>

// Columns are written once with vector types and compiled twice: for the machine every build can
// count on, and for AVX2, chosen when the program runs. Rows have a body of their own for AVX2
// (resize_avx2.c). Integer sums, so all give the same.
#if defined(__x86_64__)
#define HAS_AVX2() __builtin_cpu_supports("avx2")
#else
#define HAS_AVX2() 0
#endif

enum { BLOCK = 32 };

// A pixel of two rows: red, green, blue and one unused lane, twice.
typedef int32_t pixel_pair __attribute__((vector_size(32), aligned(4)));
typedef int32_t pixel __attribute__((vector_size(16), aligned(4)));
typedef uint8_t packed_pixel __attribute__((vector_size(4), aligned(1)));
typedef uint8_t packed_pair __attribute__((vector_size(8), aligned(1)));

BODY uint8_t clipped(int32_t sum) {
    int32_t value = sum >> FRACTION_BITS;
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

// Widens pixels `first..<last` of a row into every second group of four lanes.
BODY void widen(const uint8_t *row, size_t first, size_t last, int32_t *lanes) {
    size_t x = first;
    for (; x + 1 < last; x++) {  // reads one byte of the next pixel, so not the last one
        packed_pixel four;
        memcpy(&four, row + 3 * x, sizeof four);
        pixel wide = __builtin_convertvector(four, pixel);
        memcpy(lanes + 8 * x, &wide, sizeof wide);
    }
    for (; x < last; x++)
        for (int c = 0; c < 4; c++) lanes[8 * x + c] = c < 3 ? row[3 * x + c] : 0;
}

// One output pixel of two rows: four bytes each, the fourth of no meaning.
BODY void pair_at(const int32_t *lanes, cimage_weights w, size_t i, uint8_t bytes[8]) {
    const int32_t *weights = w.weights + i * (size_t)w.taps;
    const int32_t *in = lanes + 8 * (size_t)w.starts[i];
    pixel_pair sum = {HALF, HALF, HALF, HALF, HALF, HALF, HALF, HALF};
    for (int32_t t = 0; t < w.counts[i]; t++) {
        pixel_pair value;
        memcpy(&value, in + 8 * t, sizeof value);
        sum += value * weights[t];
    }
    sum >>= FRACTION_BITS;
    sum &= ~(sum < 0);
    pixel_pair over = sum > 255;
    packed_pair packed = __builtin_convertvector((sum & ~over) | (255 & over), packed_pair);
    memcpy(bytes, &packed, sizeof packed);
}

BODY void row_pair(const int32_t *lanes, cimage_weights w, size_t out_width, uint8_t *a,
                   uint8_t *b) {
    uint8_t bytes[8];
    // The fourth byte spills into the next pixel, which is written later.
    for (size_t i = 0; i + 1 < out_width; i++, a += 3, b += 3) {
        pair_at(lanes, w, i, bytes);
        memcpy(a, bytes, 4);
        memcpy(b, bytes + 4, 4);
    }
    pair_at(lanes, w, out_width - 1, bytes);
    memcpy(a, bytes, 3);
    memcpy(b, bytes + 4, 3);
}

BODY void rows_body(const uint8_t *in, size_t in_width, size_t rows, cimage_weights w,
                    uint8_t *out, size_t out_width, int32_t *scratch) {
    size_t first = (size_t)w.starts[0];
    size_t last = (size_t)(w.starts[out_width - 1] + w.counts[out_width - 1]);
    for (size_t y = 0; y < rows; y += 2) {
        size_t other = y + 1 < rows ? y + 1 : y;  // an odd last row is done twice
        widen(in + y * in_width * 3, first, last, scratch);
        widen(in + other * in_width * 3, first, last, scratch + 4);
        row_pair(scratch, w, out_width, out + y * out_width * 3, out + other * out_width * 3);
    }
}

BODY void column_block(const uint8_t *in, size_t row_bytes, const int32_t *weights, int32_t count,
                       uint8_t *out, size_t width) {
    int32_t sums[BLOCK];
    for (size_t x = 0; x < width; x++) sums[x] = HALF;
    for (int32_t t = 0; t < count; t++, in += row_bytes)
        for (size_t x = 0; x < width; x++) sums[x] += in[x] * weights[t];
    for (size_t x = 0; x < width; x++) out[x] = clipped(sums[x]);
}

BODY void columns_body(const uint8_t *in, size_t row_bytes, cimage_weights w, uint8_t *out,
                       size_t out_height) {
    for (size_t i = 0; i < out_height; i++, out += row_bytes) {
        const uint8_t *from = in + (size_t)w.starts[i] * row_bytes;
        const int32_t *weights = w.weights + i * (size_t)w.taps;
        size_t x = 0;
        for (; x + BLOCK <= row_bytes; x += BLOCK)
            column_block(from + x, row_bytes, weights, w.counts[i], out + x, BLOCK);
        column_block(from + x, row_bytes, weights, w.counts[i], out + x, row_bytes - x);
    }
}

AVX2 static void columns_avx2(const uint8_t *in, size_t row_bytes, cimage_weights w, uint8_t *out,
                              size_t out_height) {
    columns_body(in, row_bytes, w, out, out_height);
}

size_t cimage_resize_scratch(size_t in_width, size_t out_width, int32_t taps) {
    size_t portable = 8 * in_width, avx2 = cimage_rows_avx2_scratch(in_width, out_width, taps);
    return HAS_AVX2() ? avx2 : portable;
}

void cimage_resize_rows(const uint8_t *in, size_t in_width, size_t rows, cimage_weights w,
                        uint8_t *out, size_t out_width, int32_t *scratch) {
    if (HAS_AVX2())
        cimage_rows_avx2(in, in_width, rows, w, out, out_width, scratch);
    else
        rows_body(in, in_width, rows, w, out, out_width, scratch);
}

void cimage_resize_columns(const uint8_t *in, size_t row_bytes, cimage_weights w, uint8_t *out,
                           size_t out_height) {
    if (HAS_AVX2())
        columns_avx2(in, row_bytes, w, out, out_height);
    else
        columns_body(in, row_bytes, w, out, out_height);
}
