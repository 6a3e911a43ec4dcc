#include "resize.h"

#include <string.h>

// Rows for AVX2. A weight w is `high << LOW_BITS | low`, both of 16 bits, so that one instruction
// multiplies two neighbouring pixels of two rows and adds the products: exact, since the sums are
// of integers (they wrap like those of the portable body). All outputs take the same number of
// pairs; the weights beyond an output's own are zero.

size_t cimage_rows_avx2_scratch(size_t in_width, size_t out_width, int32_t taps) {
    size_t pairs = ((size_t)taps + 1) / 2;
    // The table of weights, and two rows with room behind for the zero weights and a whole load.
    return 2 * pairs * out_width + 2 * ((3 * in_width + 6 * pairs + 16 + 3) / 4);
}

#if defined(__x86_64__)
#include <immintrin.h>

enum { LOW_BITS = 11, LOW = (1 << LOW_BITS) - 1 };

BODY int32_t two(int32_t first, int32_t second) {
    return (int32_t)((uint32_t)(first & 0xffff) | (uint32_t)second << 16);
}

static int32_t most_taps(cimage_weights w, size_t out_width) {
    int32_t most = 1;
    for (size_t i = 0; i < out_width; i++) most = w.counts[i] > most ? w.counts[i] : most;
    return most;
}

// For each output and pair of taps: both high parts, both low parts.
static void fill(int32_t *table, int pairs, cimage_weights w, size_t out_width) {
    for (size_t i = 0; i < out_width; i++) {
        const int32_t *weights = w.weights + i * (size_t)w.taps;
        for (int k = 0; k < pairs; k++, table += 2) {
            int32_t a = 2 * k < w.taps ? weights[2 * k] : 0;
            int32_t b = 2 * k + 1 < w.taps ? weights[2 * k + 1] : 0;
            table[0] = two(a >> LOW_BITS, b >> LOW_BITS);
            table[1] = two(a & LOW, b & LOW);
        }
    }
}

// Sixteen bytes of two rows: five pixels and one byte of each.
AVX2 BODY __m256i both(const uint8_t *a, const uint8_t *b) {
    __m128i first = _mm_loadu_si128((const __m128i *)a);
    __m128i second = _mm_loadu_si128((const __m128i *)b);
    return _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);
}

AVX2 BODY __m256i add(__m256i sum, __m256i pixels, int32_t weights) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pixels, _mm256_set1_epi32(weights)));
}

// One output pixel of two rows: four bytes each, the fourth of no meaning.
AVX2 BODY void pixel_of(const uint8_t *a, const uint8_t *b, const int32_t *weights, int pairs,
                        uint8_t out_a[4], uint8_t out_b[4]) {
    // Channel by channel, 16 bits each: pixels 0 and 1, and pixels 2 and 3 of a load.
    const __m256i front = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1));
    const __m256i back = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1));
    __m256i high = _mm256_setzero_si256(), low = _mm256_set1_epi32(HALF);
    int pair = 0;
    for (; pair + 1 < pairs; pair += 2, a += 12, b += 12, weights += 4) {
        __m256i bytes = both(a, b);
        __m256i first = _mm256_shuffle_epi8(bytes, front);
        __m256i second = _mm256_shuffle_epi8(bytes, back);
        high = add(add(high, first, weights[0]), second, weights[2]);
        low = add(add(low, first, weights[1]), second, weights[3]);
    }
    if (pair < pairs) {
        __m256i last = _mm256_shuffle_epi8(both(a, b), front);
        high = add(high, last, weights[0]);
        low = add(low, last, weights[1]);
    }
    __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(high, LOW_BITS), low);
    sum = _mm256_srai_epi32(sum, FRACTION_BITS);
    sum = _mm256_packus_epi16(_mm256_packs_epi32(sum, sum), sum);
    int32_t first = _mm256_extract_epi32(sum, 0), second = _mm256_extract_epi32(sum, 4);
    memcpy(out_a, &first, 4);
    memcpy(out_b, &second, 4);
}

AVX2 BODY void row_pair(const uint8_t *in_a, const uint8_t *in_b, const int32_t *starts,
                        const int32_t *weights, int pairs, size_t out_width, uint8_t *a,
                        uint8_t *b) {
    // The fourth byte spills into the next pixel, which is written later.
    for (size_t i = 0; i + 1 < out_width; i++, a += 3, b += 3, weights += 2 * pairs) {
        size_t from = 3 * (size_t)starts[i];
        pixel_of(in_a + from, in_b + from, weights, pairs, a, b);
    }
    uint8_t last_a[4], last_b[4];
    size_t from = 3 * (size_t)starts[out_width - 1];
    pixel_of(in_a + from, in_b + from, weights, pairs, last_a, last_b);
    memcpy(a, last_a, 3);
    memcpy(b, last_b, 3);
}

// Where `pairs` is a constant, the loop over them is unrolled.
AVX2 BODY void rows_of(const uint8_t *in, size_t in_bytes, size_t rows, const int32_t *starts,
                       const int32_t *weights, int pairs, uint8_t *out, size_t out_width,
                       uint8_t *row_a, uint8_t *row_b) {
    for (size_t y = 0; y < rows; y += 2) {
        size_t other = y + 1 < rows ? y + 1 : y;  // an odd last row is done twice
        memcpy(row_a, in + y * in_bytes, in_bytes);
        memcpy(row_b, in + other * in_bytes, in_bytes);
        row_pair(row_a, row_b, starts, weights, pairs, out_width, out + y * out_width * 3,
                 out + other * out_width * 3);
    }
}

AVX2 void cimage_rows_avx2(const uint8_t *in, size_t in_width, size_t rows, cimage_weights w,
                           uint8_t *out, size_t out_width, int32_t *scratch) {
    int pairs = (most_taps(w, out_width) + 1) / 2;
    fill(scratch, pairs, w, out_width);
    size_t row_integers = (3 * in_width + 6 * (size_t)pairs + 16 + 3) / 4;
    int32_t *row = scratch + 2 * (size_t)pairs * out_width;
    memset(row, 0, 2 * row_integers * sizeof *row);
    uint8_t *row_a = (uint8_t *)row, *row_b = (uint8_t *)(row + row_integers);
#define ROWS(COUNT)                                                                              \
    rows_of(in, 3 * in_width, rows, w.starts, scratch, COUNT, out, out_width, row_a, row_b)
    switch (pairs) {
    case 2: ROWS(2); break;
    case 3: ROWS(3); break;
    case 4: ROWS(4); break;
    case 5: ROWS(5); break;
    case 6: ROWS(6); break;
    default: ROWS(pairs);
    }
#undef ROWS
}
#else
void cimage_rows_avx2(const uint8_t *in, size_t in_width, size_t rows, cimage_weights w,
                      uint8_t *out, size_t out_width, int32_t *scratch) {
    (void)in, (void)in_width, (void)rows, (void)w, (void)out, (void)out_width, (void)scratch;
}
#endif
