// What the resize kernels have in common.
#ifndef CIMAGE_RESIZE_H
#define CIMAGE_RESIZE_H

#include "CImage.h"

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))
#else
#define AVX2
#endif
#define BODY static inline __attribute__((always_inline))

enum { FRACTION_BITS = 22, HALF = 1 << (FRACTION_BITS - 1) };

// cimage_resize_rows for a processor with AVX2; empty elsewhere.
void cimage_rows_avx2(const uint8_t *in, size_t in_width, size_t rows, cimage_weights w,
                      uint8_t *out, size_t out_width, int32_t *scratch);
// The integers of scratch that it needs.
size_t cimage_rows_avx2_scratch(size_t in_width, size_t out_width, int32_t taps);

#endif
