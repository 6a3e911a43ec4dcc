// Products of small matrices and what a head on embeddings is trained with, for whatever vectors
// the processor has. No policy lives here, and no threads: callers share out panels and rows.
//
// Weights stand in panels of 32 columns: element (i, o) of a matrix [in, out] is
// `panels[(o / 32 * in + i) * 32 + o % 32]`; columns beyond `out` are zeros. A sum runs over its
// terms in order, whatever the number of rows that are treated together, so that a row's result
// depends on nothing but the row.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { CN_PANEL = 32 };

/// AdamW's constants of one step.
typedef struct {
    float decay;      // 1 - rate * weight decay
    float beta1, beta2;
    float size;       // rate / (1 - beta1^t)
    float root;       // 1 / sqrt(1 - beta2^t)
    float epsilon;
} cn_adamw;

typedef struct {
    /// "avx512", "avx2" or "portable".
    const char *name;
    /// One panel: y[r][0..<32] = bias + sum over i of x[r][i] * panel[i]. `bias` may be NULL.
    void (*forward)(const float *x, ptrdiff_t x_stride, int rows, int in, const float *panel,
                    const float *bias, float *y, ptrdiff_t y_stride);
    /// x[r][i] = sum over all columns o of y[r][o] * weight(i, o), for `from` <= i < `to`.
    void (*backward)(const float *y, ptrdiff_t y_stride, int rows, int in, int panel_count,
                     const float *panels, int from, int to, float *x, ptrdiff_t x_stride);
    /// One panel: its gradient, the sum over rows of x[r][i] * y[r][0..<32], and AdamW's step
    /// with it. `y` points to the panel's first column.
    void (*update)(const float *x, ptrdiff_t x_stride, const float *y, ptrdiff_t y_stride,
                   int rows, int in, float *panel, float *average, float *square,
                   cn_adamw settings);
    /// AdamW's step of `count` values, a multiple of 16.
    void (*adamw)(float *values, const float *gradients, float *averages, float *squares,
                  int count, cn_adamw settings);
    /// y = x * normal distribution(x); `count` is a multiple of 16 in these two.
    void (*gelu)(const float *x, float *y, int count);
    /// gradient *= its derivative at x.
    void (*gelu_backward)(const float *x, float *gradient, int count);
    /// One panel in float64 of 16 columns, no bias.
    void (*forward64)(const double *x, ptrdiff_t x_stride, int rows, int in, const double *panel,
                      double *y, ptrdiff_t y_stride);
    /// Adds the sum over rows of x[r][i] * y[r][0..<16] to gradient[i].
    void (*gradient64)(const double *x, ptrdiff_t x_stride, const double *y, ptrdiff_t y_stride,
                       int rows, int in, double *gradient);
    /// Replaces products [rows][32] by offset + factor * product. Notes the rows in `hits` (room
    /// for one more than `rows`) of which some value is at most the row's limit; gives their number.
    int (*near)(float *products, int rows, const float *offsets, float factor,
                const float *limits, int32_t *hits);
} cn_kernels;

/// The kernels for this processor.
const cn_kernels *cn_best(void);
/// Those of a name, NULL where the processor lacks them: for tests.
const cn_kernels *cn_named(const char *name);
